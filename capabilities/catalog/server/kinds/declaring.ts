import type { EventHandler, PlatformEvent } from '@paved/host';
import { messageOf } from '@paved/kernel';
import { ENTITY_CHANGED, SOURCE_SYNCED } from '../../index.ts';
import type { Computing } from '../computed/computing.ts';
import type { Locations } from '../locations.ts';
import { reconcileKinds, type ReconcileDeps } from './reconcile.ts';

/** Takes declared kinds into effect: on every replica at once, and once for all in what exists. */
export interface Declaring {
  readonly handler: EventHandler;
  start(): Promise<void>;
  stop(): void;
}

const types = [ENTITY_CHANGED, SOURCE_SYNCED];

function isAboutKinds({ data }: PlatformEvent): boolean {
  const { kind, kinds } = data;
  return kind === 'entitykind' || (Array.isArray(kinds) && kinds.includes('entitykind'));
}

export function declaring(deps: ReconcileDeps, locations: Locations, computed: Computing): Declaring {
  let stop = (): void => {};
  const carryThrough = async (): Promise<void> => {
    await reconcileKinds(deps, locations);
    await computed.now();
  };
  return {
    handler: {
      name: 'kinds',
      types,
      async handle(event) {
        if (isAboutKinds(event)) await carryThrough();
      },
    },
    async start() {
      // Every use asks the database too; hearing of it makes the first use quick.
      stop = deps.events.subscribe(types, (event) => {
        if (!isAboutKinds(event)) return;
        deps.kinds
          .fresh()
          .catch((error: unknown) =>
            deps.log.warn({ reason: messageOf(error) }, 'Declared kinds could not be read; the next use tries again.'),
          );
      });
      await carryThrough();
    },
    stop: () => stop(),
  };
}
