import type { DirectoryReader } from '@paved/forges';

/** One entry below `catalog.providers.ldap`. */
export type LdapSettings = Parameters<DirectoryReader>[0];
export type UserSettings = NonNullable<LdapSettings['users']>[number];
export type GroupSettings = NonNullable<LdapSettings['groups']>[number];
