import type { RemovalPreview } from '../index.ts';

type Line = readonly [label: string, value: string | undefined];

export const mb = (bytes: number): string =>
  bytes < 1024 ** 2 / 10 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** What goes, a line each. */
export function goes({ environments, variables, repository, catalog }: RemovalPreview, keepRepository: boolean): Line[] {
  return [
    ...environments.map(({ name, nodes }): Line => {
      const deleted = nodes.filter(({ action }) => action === 'delete').map(({ type }) => type);
      return [`from ${name}`, deleted.join(', ') || 'nothing that is its own'];
    }),
    ['variables', variables.map(({ name, environment }) => `${name} (${environment})`).join(', ') || undefined],
    [
      'repository',
      repository === undefined || repository.stays !== undefined || keepRepository
        ? undefined
        : `${repository.slug}: ${[counted(repository.commits, 'commit', 'commits'), counted(repository.branches, 'branch', 'branches'), counted(repository.openPullRequests, 'open pull request', 'open pull requests'), mb(repository.bytes)].join(', ')}`,
    ],
    ['from the catalog', catalog.entities.join(', ') || undefined],
  ];
}

/** What is kept, a line each. */
export function stays({ repository, catalog, kept }: RemovalPreview, keepRepository: boolean): Line[] {
  return [
    ...kept.map(({ type, id, environment, bytes }): Line => [
      'kept',
      `${type} ${id} in ${environment}${bytes === undefined ? '' : `, ${mb(bytes)}`}`,
    ]),
    ['repository stays', repository === undefined ? undefined : (repository.stays ?? (keepRepository ? repository.slug : undefined))],
    ['catalog', catalog.stays],
  ];
}
