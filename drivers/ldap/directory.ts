import type { DirectoryReader } from '@paved/forges';
import { attributesOf, vendorOf, type Attributes } from './attributes.ts';
import { withLdap, type LdapConnection } from './connection.ts';
import { directoryEntities } from './entities.ts';

/** Reads people and groups of an LDAP directory: OpenLDAP, Active Directory, FreeIPA and whatever speaks like them. */
export const readDirectory: DirectoryReader = (settings, { signal, log }) =>
  withLdap(settings, signal, async (ldap) => {
    const users = [];
    for (const part of settings.users ?? []) {
      const entries = (await ldap.search(part)).map(attributesOf);
      log(`${part.dn}: ${entries.length} people`);
      users.push({ settings: part, entries });
    }
    const groups = [];
    for (const part of settings.groups ?? []) {
      const entries: Attributes[] = [];
      for (const entry of await ldap.search(part)) entries.push(await whole(ldap, attributesOf(entry), part.map.members));
      log(`${part.dn}: ${entries.length} groups`);
      groups.push({ settings: part, entries });
    }
    const vendor = vendorOf([...users, ...groups].flatMap((part) => part.entries).slice(0, 1), settings.vendor);
    return directoryEntities({ users, groups }, vendor, settings.target, log);
  });

/** A group with all its members: large ones come in pieces from Active Directory. */
async function whole(ldap: LdapConnection, entry: Attributes, members: string | null): Promise<Attributes> {
  if (members === null) return entry;
  const first = entry.ranged(members);
  if (first === undefined) return entry;
  const values = [...first.values];
  for (let next = first.next; next !== undefined;) {
    const found = await ldap.more(entry.dn, `${members};range=${next}-*`);
    const piece = found === undefined ? undefined : attributesOf(found).ranged(members);
    values.push(...(piece?.values ?? []));
    next = piece?.next;
  }
  return { ...entry, all: (name) => (name?.toLowerCase() === members.toLowerCase() ? values : entry.all(name)) };
}
