/** A name for what is at an address: its last part in lower case, fit to be a component's name. */
export const nameFrom = (source: string): string =>
  (
    source
      .replace(/(?:\/\.git)?[/\s]*$/, '')
      .split(/[/:]/)
      .at(-1) ?? ''
  )
    .replace(/\.git$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');

/** Names that a component, a repository and a host name can have (RFC 1123 label). */
export const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** An address without user and password, and whether it had them. */
export function withoutCredentials(source: string): { source: string; secret: boolean } {
  const [, scheme = '', rest] = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@(.*)$/is.exec(source) ?? [];
  return rest === undefined ? { source, secret: false } : { source: `${scheme}${rest}`, secret: true };
}

/** The project that a repository of this owner belongs to. */
export const projectOf = (owner: string): string => owner.slice(owner.lastIndexOf('/') + 1);
