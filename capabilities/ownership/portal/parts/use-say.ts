import { confirmOwnership } from '@paved/client';
import { type ApiError, call, plural, toast, useChange, useGo } from '@paved/ui';

/** What an owner says of entities. */
export interface Said {
  readonly refs: readonly string[];
  readonly verdict: 'confirmed' | 'disowned';
  readonly note?: string;
}

/** As many as one request takes. */
const AT_ONCE = 200;

/** Says that entities are their owner's, or that they are not. */
export function useSay(done?: (said: Said) => void, failed?: (error: ApiError) => void) {
  const go = useGo();
  return useChange<Said, void>(
    async ({ refs, verdict, note }) => {
      for (let at = 0; at < refs.length; at += AT_ONCE)
        await call(confirmOwnership, { body: { refs: refs.slice(at, at + AT_ONCE), verdict, ...(note === undefined ? {} : { note }) } });
    },
    {
      refresh: ['/api/ownership'],
      done: (_, said) => {
        const things = plural(said.refs.length, 'entity', 'entities');
        if (said.verdict === 'disowned')
          toast(`${things} given back`, { action: { label: 'See who is suggested', run: () => go('/ownership/unowned') } });
        else if (said.refs.length > 1) toast(`${things} confirmed`);
        done?.(said);
      },
      ...(failed === undefined ? {} : { failed }),
    },
  );
}
