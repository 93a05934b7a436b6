import { entityHref, nameOf } from './entity-words.ts';
import { Link } from './link.tsx';

/** An entity by its reference: name only, exact reference on hover. */
export function EntityLink({ entityRef, children }: { entityRef: string; children?: string }) {
  return (
    <Link href={entityHref(entityRef)} className="p-plain" title={entityRef}>
      {children ?? nameOf(entityRef)}
    </Link>
  );
}

/** People as handles, the platform by name. */
export function ActorName({ actor }: { actor: { readonly ref: string; readonly displayName: string } }) {
  return <span title={actor.ref}>{actor.ref.startsWith('user:') ? nameOf(actor.ref) : actor.displayName}</span>;
}
