import { auditCapability } from '@paved/audit/server';
import { catalogCapability } from '@paved/catalog/server';
import { githubDriver } from '@paved/driver-github';
import { githubFace } from '@paved/driver-github/testing';
import { forgesCapability } from '@paved/forges/server';
import { createWorld, startFakeForge, type World } from '@paved/forges/testing';
import type { Capability, Config, Guard } from '@paved/host';
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

/** What the roles say, in short: developers hold some permissions only on what their groups own. */
const authorize =
  (byOwners: ReadonlySet<string>): Guard['decide'] =>
  (actor, permission, resource) => {
    if (hasRole(actor, 'platform-engineer') || !byOwners.has(permission)) return { allowed: true };
    const owns = resource?.ownerRefs?.some((ref) => actor.ownershipRefs.includes(ref)) ?? false;
    return owns ? { allowed: true } : { allowed: false, reason: `${actor.displayName} does not own this.`, fix: 'Ask its owner.' };
  };

export interface EditingPlatformOptions {
  /** Folders on disk in which the server may write. */
  readonly folders?: readonly string[];
  /** Capabilities that build on editing. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a list of capabilities with different services
  readonly also?: readonly Capability<any, any>[];
  /** Permissions that developers hold only on what their groups own. */
  readonly byOwners?: readonly string[];
}

export interface EditingPlatform extends AsyncDisposable {
  readonly paved: TestPlatform;
  readonly world: World;
  readonly forge: string;
}

/** A platform with hosted repositories and a make-believe GitHub. */
export async function editingPlatform({
  folders = [],
  also = [],
  byOwners = ['editing.change.create', 'repositories.repository.push'],
}: EditingPlatformOptions = {}): Promise<EditingPlatform> {
  const world = createWorld('acme');
  const fake = await startFakeForge(githubFace(world), { etags: true });
  const paved = await testPlatform({
    listen: true,
    authorize: authorize(new Set(byOwners)),
    capabilities: [
      auditCapability,
      runsCapability,
      catalogCapability,
      repositoriesCapability,
      forgesCapability({ drivers: [githubDriver], directory: async () => [] }),
      editingCapability,
      ...also,
    ],
    config: {
      editing: { folders: [...folders] },
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
