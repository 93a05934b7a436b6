import type { Entity, Json } from '@paved/kernel';
import { CopyLine, Section } from '@paved/ui';
import { listOf, objectOf, textOf } from '../../model/api-definition/pointer.ts';

/** Where the tools of an MCP server are reached. */
export function RemotesView({ entity }: { entity: Entity }) {
  const remotes = listOf(entity.spec?.['remotes'] as Json).map(objectOf);
  return (
    <Section title="Remotes" note={remotes.length}>
      {remotes.length === 0 ? <p className="p-13 p-t2">No remote is named under spec.remotes.</p> : null}
      <ul className="p-api-answers">
        {remotes.map((remote, i) => (
          <li key={i}>
            <p>
              <b>{textOf(remote['type']) ?? 'remote'}</b>
            </p>
            <CopyLine text={textOf(remote['url']) ?? ''} label="Copy the address" />
          </li>
        ))}
      </ul>
    </Section>
  );
}
