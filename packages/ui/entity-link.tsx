import { entityHref, nameOf } from './entity-words.ts';
import { useEntityTitle } from './entity-titles.tsx';
import { Link } from './link.tsx';

/** An entity by its reference: what it is called, the exact reference on hover. */
export function EntityLink({ entityRef, children }: { entityRef: string; children?: string }) {
  const title = useEntityTitle(children === undefined ? entityRef : undefined);
  return (
    <Link href={entityHref(entityRef)} className="p-plain" title={entityRef}>
      {children ?? title}
    </Link>
  );
}

/** What an entity is called, where it is no link. */
export function EntityName({ entityRef }: { entityRef: string }) {
  return <span title={entityRef}>{useEntityTitle(entityRef)}</span>;
}

/** People as handles, the platform by name. */
export function ActorName({ actor }: { actor: { readonly ref: string; readonly displayName: string } }) {
  return <span title={actor.ref}>{actor.ref.startsWith('user:') ? nameOf(actor.ref) : actor.displayName}</span>;
}
