import { expect, it } from 'vitest';
import { repositoryAddress } from './repository-address.ts';

/** Names and slugs that Backstage 1.55's `POST /analyze-location` gave for the same addresses. */
it.each([
  ['https://github.com/acme/repo', 'repo', 'github.com', 'acme/repo'],
  ['https://github.com/acme/repo.git', 'repo', 'github.com', 'acme/repo'],
  ['https://github.com/acme/repo/blob/main/catalog-info.yaml', 'repo', 'github.com', 'acme/repo'],
  ['https://github.com/acme/repo/tree/main/sub/dir', 'repo', 'github.com', 'acme/repo'],
  ['https://gitlab.com/acme/repo', 'repo', 'gitlab.com', 'acme/repo'],
  ['https://gitlab.com/acme/sub/deep/repo', 'repo', 'gitlab.com', 'acme/sub/deep/repo'],
  ['https://gitlab.com/acme/sub/repo/-/blob/main/catalog-info.yaml', 'repo', 'gitlab.com', 'acme/sub/repo'],
  ['https://dev.azure.com/org/proj/_git/repo?path=%2Fcatalog-info.yaml', 'repo', 'dev.azure.com', 'proj/repo'],
  ['https://bitbucket.org/acme/repo/src/master/catalog-info.yaml', 'repo', undefined, undefined],
  ['https://git.example/acme/repo', 'repo', undefined, undefined],
  ['https://git.example/a/b/c/d.yaml', 'd.yaml', undefined, undefined],
  ['git@github.com:acme/repo.git', 'repo', undefined, undefined],
  // Without an owner there is no slug; Backstage writes one that begins with a slash.
  ['https://github.com/acme', 'acme', undefined, undefined],
])('%s', (target, name, host, slug) =>
  expect(repositoryAddress(target)).toEqual({
    name,
    ...(host === undefined ? {} : { slug: { annotation: `${host}/project-slug`, value: slug } }),
  }),
);

it.each(['foo', '/etc/passwd', 'C:\\x', ''])('"%s" is no address', (target) => expect(repositoryAddress(target)).toBeUndefined());
