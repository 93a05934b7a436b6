import { forgeConformance } from '@paved/forges/testing';
import { githubDelivery, githubFace, githubIntegration, githubPush } from './github-face.test-kit.ts';
import { githubDriver } from './index.ts';

forgeConformance({
  driver: githubDriver,
  owner: 'acme',
  nameOf: (name) => `acme/${name}`,
  face: githubFace,
  integration: githubIntegration,
  etags: true,
  hierarchy: true,
  stamps: true,
  authorization: 'Bearer ghp_test',
  delivery: (secret, { repository, branch, commit, id }) => githubDelivery(secret, 'push', id, githubPush(repository, branch, commit)),
});
