import type { LiveEvent } from '@paved/ui';
import type { StreamState } from './event-stream.ts';

/** What a tab tells the shared worker. `alive` is repeated so that closed tabs are forgotten. */
export type FromTab = { readonly kind: 'want' | 'alive' | 'retry'; readonly types: readonly string[] } | { readonly kind: 'bye' };

/** What the shared worker tells a tab. */
export type ToTab = { readonly kind: 'event'; readonly event: LiveEvent } | { readonly kind: 'state'; readonly state: StreamState };
