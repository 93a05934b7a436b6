import type { Logger } from '@paved/host';
import { PavedError } from '@paved/kernel';
import type { Forge, ForgeDriver, ForgePlace, Integration } from '../index.ts';
import { connectForge, type ForgeConnection } from './http/forge-http.ts';

/** A configured forge, its driver and its connection. */
export interface Connected {
  readonly integration: Integration;
  readonly driver: ForgeDriver;
  readonly forge: Forge;
  readonly connection: ForgeConnection;
}

/** Every configured forge. */
export interface Connections {
  readonly all: readonly Connected[];
  /** By host; throws `not_found`. */
  byHost(host: string): Connected;
  /** What a URL means, and who serves it. */
  place(url: string): (ForgePlace & { readonly connected: Connected }) | undefined;
  /** Like `place`, but throws `unsupported` with the way out. */
  require(url: string): ForgePlace & { readonly connected: Connected };
}

export interface ConnectionDeps {
  readonly drivers: readonly ForgeDriver[];
  readonly integrations: readonly Integration[];
  readonly now: () => Date;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Opens a connection to each configured forge; nothing is sent yet. */
export function connectAll(deps: ConnectionDeps): Connections {
  const all = deps.integrations.map((integration): Connected => {
    const driver = deps.drivers.find((candidate) => candidate.type === integration.type);
    if (driver === undefined) throw new Error(`This server has no driver for ${integration.type}.`);
    const connection = connectForge({ integration, title: driver.title, now: deps.now, log: deps.log, signal: deps.signal });
    return { integration, driver, connection, forge: driver.open(integration, { http: connection.http, now: deps.now }) };
  });
  const place: Connections['place'] = (url) => {
    for (const connected of all) {
      const address = connected.forge.parse(url);
      if (address === undefined) continue;
      return {
        integration: connected.integration,
        repository: address.repository,
        repositoryUrl: connected.forge.format({ repository: address.repository, path: '' }, 'tree'),
        path: address.path,
        ...(address.ref === undefined ? {} : { ref: address.ref }),
        connected,
      };
    }
    return undefined;
  };
  return {
    all,
    byHost(host) {
      const found = all.find(({ integration }) => integration.host === host.toLowerCase());
      if (found !== undefined) return found;
      throw new PavedError('not_found', `There is no integration "${host}".`, {
        fix:
          all.length === 0
            ? 'Configure one below integrations.'
            : `There are: ${all.map(({ integration }) => integration.host).join(', ')}.`,
      });
    },
    place,
    require(url) {
      const found = place(url);
      if (found !== undefined) return found;
      throw new PavedError('unsupported', `No configured forge serves ${url}.`, { fix: 'Add its host below integrations in paved.yaml.' });
    },
  };
}
