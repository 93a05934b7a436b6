import type { Database, Events } from '@paved/host';
import { PavedError } from '@paved/kernel';
import { FORGE_CHANGED, type Delivery } from '../../index.ts';
import type { Connected, Connections } from '../connections.ts';
import { signatureTools } from './signature-tools.ts';
import { takeDelivery } from './store.ts';

export interface ReceiveDeps {
  readonly db: Database;
  readonly events: Events;
  readonly connections: Connections;
}

/** What became of a delivery. */
export type Received = 'accepted' | 'repeated' | 'nothing_to_do';

/** The forge that a delivery is for, when it has a secret. */
export function expecting(deps: Pick<ReceiveDeps, 'connections'>, host: string): Connected {
  const connected = deps.connections.byHost(host);
  const { integration } = connected;
  if (integration.webhookSecrets.length > 0) return connected;
  throw new PavedError('forbidden', `Webhooks of ${integration.host} are not taken: no webhookSecret is configured.`, {
    fix: `Set webhookSecret of integrations.${integration.type}, here and at the forge.`,
  });
}

/**
 * Takes a delivery: the signature first, then its changes into the outbox together with its number, in one transaction. What changed
 * is always asked from the forge itself, so a delivery that somebody repeats can at most cause a look.
 */
export async function receive(deps: ReceiveDeps, host: string, delivery: Delivery): Promise<Received> {
  const { integration, driver } = expecting(deps, host);
  if (!integration.webhookSecrets.some((secret) => driver.webhook.verify(delivery, secret, signatureTools)))
    throw new PavedError('unauthenticated', `The delivery is not signed with the secret of ${integration.host}.`, {
      fix: 'Enter the same secret at the forge and in the configuration.',
    });
  const id = driver.webhook.id(delivery);
  if (id === '' || id.length > 200)
    throw new PavedError('invalid', 'The delivery has no number.', { fix: 'Send it as the forge documents it.' });
  const changes = driver.webhook.changes(delivery, integration);
  return deps.db.transaction().execute(async (tx) => {
    if (!(await takeDelivery(tx, { integration: integration.host, id, changes: changes.length }, delivery.receivedAt))) return 'repeated';
    if (changes.length === 0) return 'nothing_to_do';
    await deps.events.publish(tx, {
      type: FORGE_CHANGED,
      subject: `${integration.host}:${id}`,
      data: { integration: integration.host, changes },
    });
    return 'accepted';
  });
}
