import { PavedError } from '@paved/kernel';
import type { Delivery, ForgeChange, ForgeDriver } from '@paved/forges';

interface Payload {
  readonly repository?: { readonly full_name: string };
  readonly push?: {
    readonly changes: readonly {
      readonly new: { readonly type: string; readonly name: string; readonly target: { readonly hash: string } } | null;
      readonly old: { readonly type: string; readonly name: string } | null;
    }[];
  };
  readonly changes?: { readonly full_name?: { readonly old: string } };
}

/** Bitbucket signs the raw body with HMAC-SHA-256 in `X-Hub-Signature`; a delivery that is tried again keeps its number. */
export const webhook: ForgeDriver['webhook'] = {
  verify({ headers, body }, secret, { hmac, equal }) {
    const given = /^sha256=([0-9a-f]{64})$/i.exec(headers['x-hub-signature'] ?? '')?.[1];
    return given !== undefined && equal(Buffer.from(given, 'hex'), hmac(secret, body));
  },
  id: ({ headers }) => headers['x-request-uuid'] ?? '',
  changes: ({ headers, body }) => changesOf(headers['x-event-key'] ?? '', payloadOf(body)),
  setUp: (url, integration) => [
    `Open ${integration.webUrl}/<workspace>/workspace/settings/webhooks (or a repository's settings → Webhooks) and add a webhook.`,
    `URL: ${url}`,
    'Secret: the value of webhookSecret.',
    'Triggers: Repository push; for a workspace also Repository created, updated, deleted.',
  ],
};

function payloadOf(body: Delivery['body']): Payload {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as Payload;
  } catch (cause) {
    throw new PavedError('invalid', 'The delivery’s body is no JSON.', { fix: 'Send it as Bitbucket documents it.', cause });
  }
}

function changesOf(event: string, { repository, push, changes }: Payload): ForgeChange[] {
  if (repository === undefined) return [];
  const name = repository.full_name;
  switch (event) {
    case 'repo:push':
      return (push?.changes ?? []).flatMap((change): ForgeChange[] => {
        const branch = change.new ?? change.old;
        if (branch === null || branch.type !== 'branch') return [];
        return change.new === null
          ? [{ type: 'push', repository: name, branch: branch.name, deleted: true }]
          : [{ type: 'push', repository: name, branch: branch.name, deleted: false, commit: change.new.target.hash }];
      });
    case 'repo:created':
    case 'repo:imported':
    case 'repo:fork':
      return [{ type: 'repository', repository: name, change: 'created' }];
    case 'repo:deleted':
      return [{ type: 'repository', repository: name, change: 'deleted' }];
    case 'repo:updated':
    case 'repo:transfer': {
      const before = changes?.full_name?.old;
      return [
        {
          type: 'repository',
          repository: name,
          change: before === undefined ? 'changed' : 'renamed',
          ...(before === undefined ? {} : { before }),
        },
      ];
    }
    default:
      return [];
  }
}
