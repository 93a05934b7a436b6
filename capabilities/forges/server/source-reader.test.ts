import { azureDevOpsDriver } from '@paved/driver-azure-devops';
import { bitbucketDriver } from '@paved/driver-bitbucket';
import { giteaDriver } from '@paved/driver-gitea';
import { githubDriver } from '@paved/driver-github';
import { gitlabDriver } from '@paved/driver-gitlab';
import { createLogger } from '@paved/host';
import { expect, it } from 'vitest';
import type { ForgeType, Integration } from '../index.ts';
import { connectAll } from './connections.ts';
import { createSourceReader } from './source-reader.ts';

const integration = (type: ForgeType, host: string): Integration => ({
  type,
  host,
  webUrl: `https://${host}`,
  apiUrl: `https://${host}`,
  webhookSecrets: [],
});
const reader = createSourceReader(
  connectAll({
    drivers: [githubDriver, gitlabDriver, giteaDriver, bitbucketDriver, azureDevOpsDriver],
    integrations: [
      integration('github', 'github.com'),
      integration('gitlab', 'gitlab.com'),
      integration('gitea', 'git.acme.example'),
      integration('bitbucketCloud', 'bitbucket.org'),
      integration('azure', 'dev.azure.com'),
    ],
    now: () => new Date(),
    log: createLogger({ level: 'silent', pretty: false }),
    signal: new AbortController().signal,
  }),
);

it.each([
  ['https://github.com/acme/api/blob/main/a/catalog-info.yaml', 'https://github.com/acme/api/blob/main/a/openapi.yaml'],
  [
    'https://gitlab.com/acme/shop/api/-/blob/feature%2Fx/a/catalog-info.yaml',
    'https://gitlab.com/acme/shop/api/-/blob/feature%2Fx/a/openapi.yaml',
  ],
  [
    'https://git.acme.example/acme/api/src/branch/main/a/catalog-info.yaml',
    'https://git.acme.example/acme/api/src/branch/main/a/openapi.yaml',
  ],
  ['https://bitbucket.org/acme/api/src/main/a/catalog-info.yaml', 'https://bitbucket.org/acme/api/src/main/a/openapi.yaml'],
  [
    'https://dev.azure.com/acme/shop/_git/api?path=/a/catalog-info.yaml&version=GBmain',
    'https://dev.azure.com/acme/shop/_git/api?path=/a/openapi.yaml&version=GBmain',
  ],
])('what stands beside %s', (from, beside) => {
  expect(reader.serves(from)).toBe(true);
  expect(reader.resolve?.(from, './openapi.yaml')).toBe(beside);
  expect(reader.resolve?.(from, '/a/openapi.yaml')).toBe(beside);
  expect(reader.repositoryOf?.(from)).toBe(reader.repositoryOf?.(beside));
  expect(() => reader.resolve?.(from, '../../../other/secret.yaml')).toThrow(/leads out of the repository/);
});

it('projects of one GitLab group are different repositories, and other hosts are not served', () => {
  const of = (project: string): string | undefined => reader.repositoryOf?.(`https://gitlab.com/acme/shop/${project}/-/blob/main/x.yaml`);
  expect(of('api')).not.toBe(of('web'));
  expect(reader.serves('https://example.com/acme/api/blob/main/x.yaml')).toBe(false);
  expect(reader.serves('https://github.com.evil.example/acme/api/blob/main/x.yaml')).toBe(false);
});
