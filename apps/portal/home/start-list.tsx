import { formatDuration } from '@paved/kernel';
import { Icon, iconOf, Link } from '@paved/ui';
import { IconTemplate } from '@tabler/icons-react';
import type { TemplateCard } from './answers.ts';

/** Golden paths to start with. */
export function StartList({ items }: { items: readonly TemplateCard[] }) {
  return (
    <ul className="p-start">
      {items.slice(0, 4).map((card) => (
        <li key={card.ref}>
          <Link href={`/create/${card.namespace}/${card.name}`}>
            <Icon of={card.icon || card.type ? iconOf('component', card.icon ?? card.type) : IconTemplate} />
            <span className="p-grow">
              <b>{card.title}</b>
              <small>{card.description}</small>
            </span>
            {card.typicalMs ? <span className="when">{formatDuration(card.typicalMs)}</span> : null}
          </Link>
        </li>
      ))}
    </ul>
  );
}
