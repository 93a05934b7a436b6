import type { RemovalPreview } from '../index.ts';

type Line = readonly [label: string, value: string | undefined];

export const mb = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

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
        : `${repository.slug}: ${repository.commits} commits, ${repository.branches} branches, ${repository.openPullRequests} open pull requests, ${mb(repository.bytes)}`,
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
