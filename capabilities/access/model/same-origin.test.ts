import { expect, it } from 'vitest';
import { sameOrigin } from './same-origin.ts';

it.each([
  ['a page of ours, by fetch metadata', { secFetchSite: 'same-origin' }, true],
  ['a page of ours, by origin', { origin: 'http://localhost:7420' }, true],
  ['the configured address, behind a proxy', { origin: 'https://paved.acme.example', host: 'inner:8080' }, true],
  ['another site', { secFetchSite: 'cross-site' }, false],
  ['a service on a subdomain', { secFetchSite: 'same-site' }, false],
  ['a service on a subdomain, by origin', { origin: 'http://shop.localhost:7480' }, false],
  ['fetch metadata wins over a matching origin', { secFetchSite: 'cross-site', origin: 'http://localhost:7420' }, false],
  ['a sandboxed frame', { origin: 'null' }, false],
  ['no browser', {}, 'unknown'],
])('%s', (_what, headers, verdict) => {
  expect(
    sameOrigin({ origin: undefined, secFetchSite: undefined, host: 'localhost:7420', ...headers }, 'https://paved.acme.example/portal'),
  ).toBe(verdict);
});
