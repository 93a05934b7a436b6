import { forgeConformance, signatureTools } from '@paved/forges/testing';
import { expect, it } from 'vitest';
import { gitlabDelivery, gitlabFace, gitlabIntegration, gitlabPush } from './gitlab-face.test-kit.ts';
import { gitlabDriver } from './index.ts';

const subject = {
  driver: gitlabDriver,
  owner: 'acme',
  nameOf: (name: string) => `acme/${name}`,
  face: gitlabFace,
  integration: gitlabIntegration,
  etags: true,
  hierarchy: true,
  stamps: false,
  authorization: 'Bearer glpat-test',
};
forgeConformance({
  ...subject,
  delivery: (secret, { repository, branch, commit, id }) => gitlabDelivery(secret, id, gitlabPush(repository, branch, commit), false),
});

it('a signed delivery of GitLab is taken while it is fresh; with a signature the plain token does not help', () => {
  const payload = gitlabPush('acme/api', 'main', 'a');
  const { verify } = gitlabDriver.webhook;
  const fresh = gitlabDelivery('a secret', 'd-1', payload, true);
  expect(verify(fresh, 'a secret', signatureTools)).toBe(true);
  expect(verify(fresh, 'another', signatureTools)).toBe(false);
  expect(verify(gitlabDelivery('a secret', 'd-1', payload, true, new Date(Date.now() - 600_000)), 'a secret', signatureTools)).toBe(false);
  expect(
    verify({ ...fresh, headers: { ...fresh.headers, 'x-gitlab-token': 'another' }, body: Buffer.from('{}') }, 'another', signatureTools),
  ).toBe(false);
});

it.each([
  [
    'https://gitlab.com/acme/shop/api/-/blob/main/catalog-info.yaml',
    { repository: 'acme/shop/api', ref: 'main', path: 'catalog-info.yaml' },
  ],
  ['https://gitlab.com/acme/api/blob/main/a/b.yaml', { repository: 'acme/api', ref: 'main', path: 'a/b.yaml' }],
  ['https://gitlab.com/acme/shop/api/-/tree/main/docs/', { repository: 'acme/shop/api', ref: 'main', path: 'docs' }],
  ['https://gitlab.com/acme/shop/api', { repository: 'acme/shop/api', path: '' }],
  ['https://gitlab.com/acme', undefined],
])('%s is read right', (url, expected) => {
  const integration = { ...gitlabIntegration('http://127.0.0.1:1'), webUrl: 'https://gitlab.com' };
  const forge = gitlabDriver.open(integration, { http: () => Promise.reject(new Error('unused')), now: () => new Date() });
  expect(forge.parse(url)).toEqual(expected);
});
