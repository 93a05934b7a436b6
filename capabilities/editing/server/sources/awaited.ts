import { BRANCH_PUSHED, sourceAddress, type BranchPushed } from '@paved/repositories';
import { FORGE_CHANGED, type ForgeChange } from '@paved/forges';
import type { EventHandler, PlatformEvent } from '@paved/host';
import { awaitedFilesOf, forgetAwaited } from '../store.ts';
import { hostedPlace } from './hosted.ts';
import { forgePlace } from './on-forge.ts';
import { readNow, type SourceFilesDeps } from './source-files.ts';

/** A push that may bring awaited files: of a hosted repository or, by its webhook, of a forge's. */
export function awaitedHandler(deps: SourceFilesDeps): EventHandler {
  return {
    name: 'read-awaited-files',
    types: [BRANCH_PUSHED, FORGE_CHANGED],
    async handle(event) {
      for (const repository of repositoriesOf(deps, event)) {
        for (const file of await awaitedFilesOf(deps.db, repository)) {
          const place = (await hostedPlace(deps, file.address)) ?? forgePlace(deps.forges, file.address);
          if (place === undefined) await forgetAwaited(deps.db, file.address);
          else if (await readNow(deps, place, file.actor)) await forgetAwaited(deps.db, file.address);
        }
      }
    },
  };
}

function repositoriesOf(deps: SourceFilesDeps, event: PlatformEvent): string[] {
  if (event.type === BRANCH_PUSHED) {
    const push = event.data as unknown as BranchPushed;
    return push.isDefault ? [sourceAddress(push.slug)] : [];
  }
  const { integration, changes } = event.data as unknown as { integration: string; changes: readonly ForgeChange[] };
  return changes.flatMap((change) => {
    if (change.type !== 'push' || change.deleted) return [];
    const url = deps.forges.repositoryUrl(integration, change.repository);
    return url === undefined ? [] : [url];
  });
}
