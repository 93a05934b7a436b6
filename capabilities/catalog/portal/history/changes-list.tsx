import { Button, Icon, iconOf, Link, longDay, plural, RelativeTime } from '@paved/ui';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { Comparison } from './comparison.tsx';
import { VersionFacts } from './version-facts.tsx';
import { changeWords, versionHref, type Version } from './versions.ts';
import './history.css';
import './changes.css';

const signs = { added: '+', updated: '~', removed: '−' } as const;
/** Of what came in one write at once, so many are shown; the rest folds. */
const SHOWN_OF_MANY = 3;
const MANY = 7;

interface Day {
  readonly key: string;
  readonly title: string;
  readonly writes: readonly (readonly Version[])[];
}

/** Versions as days, and in them what one write did together. */
function daysOf(versions: readonly Version[]): readonly Day[] {
  const days = Map.groupBy(versions, (version) => new Date(version.at).toDateString());
  return [...days].map(([key, all]) => ({
    key,
    title: longDay(new Date(all[0]?.at ?? key)),
    writes: [...Map.groupBy(all, (version) => `${version.at} ${version.change} ${version.actor}`).values()],
  }));
}

/** Changes, the newest day first; each opens its difference. */
export function ChangesList({ versions }: { versions: readonly Version[] }) {
  return (
    <>
      {daysOf(versions).map((day) => (
        <section key={day.key} className="p-changes" aria-label={day.title}>
          <h2>{day.title}</h2>
          <ol>
            {day.writes.map((write) => (
              <Write key={`${write[0]?.ref}${write[0]?.version}`} versions={write} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function Write({ versions }: { versions: readonly Version[] }) {
  const [all, setAll] = useState(false);
  const shown = all || versions.length < MANY ? versions : versions.slice(0, SHOWN_OF_MANY);
  const hidden = versions.length - shown.length;
  return (
    <>
      {shown.map((version) => (
        <Change key={`${version.ref} ${version.version}`} version={version} />
      ))}
      {hidden === 0 ? null : (
        <li className="more">
          <Button small look="quiet" onClick={() => setAll(true)}>
            {plural(hidden, 'more entity', 'more entities')} {versions[0]?.change === 'updated' ? 'changed' : versions[0]?.change} at once
          </Button>
        </li>
      )}
    </>
  );
}

function Change({ version }: { version: Version }) {
  const [open, setOpen] = useState(false);
  const older: Version | undefined =
    version.version > 1 && version.change !== 'added'
      ? { ...version, version: version.version - 1, change: 'updated', diff: [] }
      : undefined;
  return (
    <li>
      <div className="change">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`${open ? 'Close' : 'Open'} what changed in ${version.title}`}
          onClick={() => setOpen(!open)}
        >
          <Icon of={open ? IconChevronDown : IconChevronRight} size={14} />
        </button>
        <span className={`sign ${version.change}`} aria-hidden>
          {signs[version.change]}
        </span>
        <Icon of={iconOf(version.kind)} />
        <div className="body">
          <Link className="p-plain name" href={versionHref(version)} title={version.ref}>
            {version.title}
          </Link>{' '}
          <span className="p-t2">{changeWords(version)}</span>
          <VersionFacts version={version} />
        </div>
        <RelativeTime at={version.at} />
      </div>
      {open ? (
        <div className="diff">
          <Comparison entityRef={version.ref} older={older} newer={version} sides={false} />
        </div>
      ) : null}
    </li>
  );
}
