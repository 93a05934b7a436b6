import { RelativeTime, Status, type StatusName } from '@paved/ui';
import type { Trust } from '../answers.ts';

const glyphs: Record<Trust['state'], StatusName> = {
  confirmed: 'healthy',
  due: 'waiting',
  overdue: 'degraded',
  disowned: 'degraded',
  off: 'suspended',
};

const word = ({ state, at }: Trust): string => {
  if (state === 'confirmed') return 'Confirmed';
  if (state === 'due') return at === undefined ? 'Not confirmed yet' : 'Due again';
  if (state === 'overdue') return 'No answer';
  return state === 'disowned' ? 'Given back' : 'Nobody is asked';
};

/** How much an owner can be believed, in one or two words. */
export function TrustState({ trust }: { trust: Trust }) {
  return <Status status={glyphs[trust.state]}>{word(trust)}</Status>;
}

const day = (at: string): string => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** Who said so and when, until when it holds, or since when an answer is awaited. */
export function TrustDetail({ trust }: { trust: Trust }) {
  const { state, by, at, until, askedAt, note } = trust;
  const said =
    at === undefined ? null : (
      <>
        {by} <RelativeTime at={at} />
      </>
    );
  if (state === 'confirmed') {
    return (
      <>
        by {said}
        {until === undefined ? null : (
          <>
            , holds until <time dateTime={until}>{day(until)}</time>
          </>
        )}
      </>
    );
  }
  if (state === 'disowned') {
    return (
      <>
        by {said}
        {note === undefined ? null : <>: “{note}”</>}
      </>
    );
  }
  if (state === 'off') return null;
  return (
    <>
      {askedAt === undefined ? null : (
        <>
          asked <RelativeTime at={askedAt} />
          {said === null ? null : ', '}
        </>
      )}
      {said === null ? null : <>last confirmed by {said}</>}
    </>
  );
}
