import type { Check } from '@paved/repositories';
import { Glyph, Link, statusOfRun } from '@paved/ui';

/** What pipelines said about a commit. */
export function CheckList({ checks, label }: { checks: readonly Check[]; label?: string }) {
  return (
    <ul className="p-list" {...(label === undefined ? {} : { 'aria-label': label })}>
      {checks.map((check) => (
        <li key={check.name}>
          <Glyph status={statusOfRun(check.status)} />
          <div className="body">
            {check.href ? (
              <Link className="p-name" href={check.href}>
                {check.name}
              </Link>
            ) : (
              <b>{check.name}</b>
            )}
            {check.summary ? <small>{check.summary}</small> : null}
          </div>
        </li>
      ))}
    </ul>
  );
}
