import { auditCapability } from '@paved/audit/server';
import { catalogCapability } from '@paved/catalog/server';
import { githubDriver } from '@paved/driver-github';
import { githubFace } from '@paved/driver-github/testing';
import { forgesCapability } from '@paved/forges/server';
import { createWorld, startFakeForge, type World } from '@paved/forges/testing';
import type { Config, Guard } from '@paved/host';
import { hasRole, type Actor } from '@paved/kernel';
import { repositoriesCapability } from '@paved/repositories/server';
import { runsCapability } from '@paved/runs/server';
import { testPlatform, type TestPlatform } from '@paved/testing';
import { editingCapability } from './index.ts';

export const person = (name: string, role: Actor['role'] = 'developer', groups: readonly string[] = []): Actor => ({
  ref: `user:default/${name}`,
  displayName: name,
  role,
  ownershipRefs: [`user:default/${name}`, ...groups],
  door: 'api',
});

const byOwners = new Set(['editing.change.create', 'repositories.repository.push']);

/** What the roles say, in short: developers hold some permissions on what their groups own. */
export const authorize: Guard['decide'] = (actor, permission, resource) => {
  if (hasRole(actor, 'platform-engineer') || !byOwners.has(permission)) return { allowed: true };
  const owns = resource?.ownerRefs?.some((ref) => actor.ownershipRefs.includes(ref)) ?? false;
  return owns ? { allowed: true } : { allowed: false, reason: `${actor.displayName} does not own this.`, fix: 'Ask its owner.' };
};

export interface EditingPlatform extends AsyncDisposable {
  readonly paved: TestPlatform;
  readonly world: World;
  readonly forge: string;
}

/** A platform with hosted repositories and a make-believe GitHub. */
export async function editingPlatform(options: { folders?: readonly string[] } = {}): Promise<EditingPlatform> {
  const world = createWorld('acme');
  const fake = await startFakeForge(githubFace(world), { etags: true });
  const paved = await testPlatform({
    listen: true,
    authorize,
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      repositoriesCapability,
      forgesCapability({ drivers: [githubDriver], directory: async () => [] }),
      editingCapability,
    ],
    config: {
      editing: { folders: [...(options.folders ?? [])] },
      integrations: {
        github: [
          {
            host: new URL(fake.url).host,
            baseUrl: fake.url,
            apiBaseUrl: `${fake.url}/api/v3`,
            token: 'ghp_test',
            webhookSecret: 'a secret',
          },
        ],
      } as unknown as Config['integrations'],
    },
  });
  return {
    paved,
    world,
    forge: fake.url,
    async [Symbol.asyncDispose]() {
      await paved[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}
