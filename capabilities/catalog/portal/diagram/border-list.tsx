import { EntityName, entityHref, Icon, iconOf, Link, nameOf, Section } from '@paved/ui';
import type { ReactNode } from 'react';
import { FirstOf } from '../parts/first-of.tsx';
import { noteOf, type CatalogNode } from '../graph/catalog-graph.ts';
import type { Crossing } from './border.ts';
import '../parts/relations.css';
import './border.css';

const SHORT = 8;

interface BorderListProps {
  readonly title: string;
  /** "by" whom outside, "for" which part. */
  readonly word: 'by' | 'for';
  readonly crossings: readonly Crossing[];
  readonly nodes: ReadonlyMap<string, CatalogNode>;
}

/** Who owns it, in the words around; nothing when nobody does. */
function Owner({ of, around }: { of: CatalogNode | undefined; around: (name: ReactNode) => ReactNode }) {
  return of?.owner === undefined ? null : around(<EntityName entityRef={of.owner} />);
}

/** What goes over the border of a system in one direction: each thing with its owner, and for whom. */
export function BorderList({ title, word, crossings, nodes }: BorderListProps) {
  if (crossings.length === 0) return null;
  const titleOf = (ref: string): string => nodes.get(ref)?.title ?? nameOf(ref);
  return (
    <Section title={title} note={crossings.length}>
      <ul className="p-relations p-border-list">
        <FirstOf
          items={crossings}
          most={SHORT}
          of={({ ref, by }) => {
            const node = nodes.get(ref);
            return (
              <li key={ref}>
                <Icon of={iconOf(node?.kind ?? '', node?.type)} />
                <Link className="p-name p-trunc" href={entityHref(ref)}>
                  {titleOf(ref)}
                </Link>
                <span className="what">
                  {node === undefined ? null : noteOf(node)}
                  {word === 'for' ? <Owner of={node} around={(name) => <> · {name}</>} /> : null}
                </span>
                <span className="by">
                  {word}{' '}
                  {by.slice(0, 3).map((other, i) => (
                    <span key={other}>
                      {i > 0 ? ', ' : ''}
                      <Link href={entityHref(other)}>{titleOf(other)}</Link>
                      {word === 'by' ? <Owner of={nodes.get(other)} around={(name) => <> ({name})</>} /> : null}
                    </span>
                  ))}
                  {by.length > 3 ? ` and ${by.length - 3} more` : ''}
                </span>
              </li>
            );
          }}
        />
      </ul>
    </Section>
  );
}
