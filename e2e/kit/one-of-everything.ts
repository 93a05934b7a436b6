import { expect } from 'vitest';
import type { ApiClient } from '@paved/client';
import { madeFor } from './clusters.ts';
import { bareRepository, deployments, git, instancesOf, rowsOf, succeeded, urlOf, workload } from './service.ts';

/** The golden path has ended well, with one of everything. */
export async function expectOneOfEverything(api: ApiClient, folder: string, name: string, run: string): Promise<void> {
  await succeeded(api, run);
  const url = await urlOf(api, name);
  // A connection that the kill cut may still be in the pool of the service.
  expect.soft(await rowsOf(url).catch(() => rowsOf(url)), `${name}: rows of its own database`).not.toHaveLength(0);
  const repositories = await api.get<{ items: { slug: string }[] }>('/api/repositories', { limit: 200 });
  expect
    .soft(
      repositories.items.filter(({ slug }) => slug.endsWith(`/${name}`)),
      `${name}: repositories`,
    )
    .toHaveLength(1);
  expect.soft(git(bareRepository(folder, name), 'rev-list', '--all', '--count'), `${name}: commits`).toBe('1');
  const { databases, roles } = await madeFor(folder, name);
  expect.soft(databases, `${name}: databases`).toHaveLength(1);
  expect.soft(roles, `${name}: roles`).toHaveLength(1);
  const locations = await api.get<{ data: { target: string } }[]>('/api/catalog/locations');
  expect
    .soft(
      locations.filter(({ data }) => data.target.includes(`/${name}`)),
      `${name}: locations`,
    )
    .toHaveLength(1);
  const found = await api.get<{ items: unknown[] }>('/api/catalog/entities/by-query', { filter: `kind=component,metadata.name=${name}` });
  expect.soft(found.items, `${name}: entities`).toHaveLength(1);
  const made = await deployments(api, name);
  expect
    .soft(
      made.map(({ status }) => status),
      `${name}: deployments`,
    )
    .toEqual(['succeeded']);
  const runs = await api.get<{ items: { kind: string; status: string }[] }>('/api/runs', {
    subject: `component:default/${name}`,
    limit: 100,
  });
  expect
    .soft(
      runs.items.filter(({ status }) => status !== 'succeeded'),
      `${name}: runs that did not end well`,
    )
    .toEqual([]);
  expect.soft((await workload(api, name))?.instances, `${name}: instances`).toEqual({ ready: 1, wanted: 1 });
  expect.soft(instancesOf(folder, name), `${name}: processes`).toHaveLength(1);
}
