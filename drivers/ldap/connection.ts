import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { Entry } from 'ldapts';
import { messageOf, PavedError } from '@paved/kernel';
import type { LdapSettings } from './settings.ts';

const CONNECT_MS = 10_000;
const ANSWER_MS = 120_000;
const PAGE_SIZE = 500;

export interface Search {
  readonly dn: string;
  readonly options: NonNullable<LdapSettings['users']>[number]['options'];
}

/** A bound connection; entries come with every attribute, operational ones too. */
export interface LdapConnection {
  search(search: Search): Promise<Entry[]>;
  /** More values of an attribute of one entry: Active Directory hands out 1,500 at a time. */
  more(dn: string, attribute: string): Promise<Entry | undefined>;
}

/** Connects, switches to TLS when asked, binds, works, and always unbinds. */
export async function withLdap<T>(settings: LdapSettings, signal: AbortSignal, work: (ldap: LdapConnection) => Promise<T>): Promise<T> {
  const tls = tlsOptions(settings);
  const secure = settings.target.startsWith('ldaps://');
  // Loaded by those who have a directory.
  const { Client } = await import('ldapts');
  const client = new Client({
    url: settings.target.replace(/\/$/, ''),
    connectTimeout: CONNECT_MS,
    timeout: ANSWER_MS,
    strictDN: false,
    ...(secure ? { tlsOptions: tls } : {}),
  });
  const stop = (): void => void client.unbind().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (!secure && settings.tls.startTls) await explain(settings, 'switch to TLS', () => client.startTLS(tls));
    const { bind } = settings;
    if (bind !== undefined) await explain(settings, `sign in as ${bind.dn}`, () => client.bind(bind.dn, bind.secret));
    return await work({
      search: ({ dn, options }) =>
        explain(settings, `search ${dn}`, async () => {
          const { searchEntries } = await client.search(dn, {
            scope: options.scope,
            attributes: options.attributes ?? ['*', '+'],
            paged:
              options.paged === false
                ? false
                : { pageSize: typeof options.paged === 'object' ? (options.paged.pageSize ?? PAGE_SIZE) : PAGE_SIZE },
            explicitBufferAttributes: ['objectGUID'],
            ...(options.filter === undefined ? {} : { filter: options.filter.trim() }),
            ...(options.sizeLimit === undefined ? {} : { sizeLimit: options.sizeLimit }),
            ...(options.timeLimit === undefined ? {} : { timeLimit: options.timeLimit }),
          });
          return searchEntries;
        }),
      more: (dn, attribute) =>
        explain(settings, `read ${dn}`, async () => (await client.search(dn, { scope: 'base', attributes: [attribute] })).searchEntries[0]),
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await client.unbind().catch(() => {});
  }
}

function tlsOptions({ tls }: LdapSettings): ConnectionOptions {
  return {
    rejectUnauthorized: tls.rejectUnauthorized,
    ...(tls.ca === undefined ? {} : { ca: file(tls.ca, 'ca') }),
    ...(tls.certs === undefined ? {} : { cert: file(tls.certs, 'certs') }),
    ...(tls.keys === undefined ? {} : { key: file(tls.keys, 'keys') }),
  };
}

function file(name: string, setting: string): Buffer {
  try {
    return readFileSync(name);
  } catch (cause) {
    throw new PavedError('invalid', `The file ${name} of tls.${setting} cannot be read.`, { fix: 'Correct the path.', cause });
  }
}

/** One sentence for what the directory refused. */
async function explain<T>(settings: LdapSettings, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const name = (error as Error).name;
    const fix =
      name === 'InvalidCredentialsError'
        ? 'Check bind.dn and bind.secret.'
        : name === 'NoSuchObjectError'
          ? 'Check the dn.'
          : name === 'SizeLimitExceededError'
            ? 'Let the directory allow paging, or narrow the filter.'
            : 'Check target, tls and the network.';
    throw new PavedError('unavailable', `${settings.target} did not ${what}: ${messageOf(error).trim() || name}.`.replace(/\.\.$/, '.'), {
      fix,
      cause: error,
    });
  }
}
