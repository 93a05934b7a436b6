import { PavedError } from '@paved/kernel';
import type { Delivery, ForgeChange, ForgeDriver } from '@paved/forges';

interface Payload {
  readonly action?: string;
  readonly ref?: string;
  readonly after?: string;
  readonly repository?: { readonly full_name: string };
}

/** Gitea and Forgejo sign the raw body with HMAC-SHA-256; when both headers are there, Forgejo's counts. */
export const webhook: ForgeDriver['webhook'] = {
  verify({ headers, body }, secret, { hmac, equal }) {
    const given = headers['x-forgejo-signature'] ?? headers['x-gitea-signature'];
    return given !== undefined && /^[0-9a-f]{64}$/i.test(given) && equal(Buffer.from(given, 'hex'), hmac(secret, body));
  },
  id: ({ headers }) => headers['x-forgejo-delivery'] ?? headers['x-gitea-delivery'] ?? '',
  changes: ({ headers, body }) => changesOf(headers['x-forgejo-event'] ?? headers['x-gitea-event'] ?? '', payloadOf(body)),
  setUp: (url, integration) => [
    `Open ${integration.webUrl}/org/<organisation>/settings/hooks (or a repository's Settings → Webhooks) and add a webhook of type Gitea or Forgejo.`,
    `Target URL: ${url}`,
    'Method POST, content type application/json.',
    'Secret: the value of webhookSecret.',
    'Trigger on: Push, Repository. A server inside the network must be listed in ALLOWED_HOST_LIST of [webhook].',
  ],
};

function payloadOf(body: Delivery['body']): Payload {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as Payload;
  } catch (cause) {
    throw new PavedError('invalid', 'The delivery’s body is no JSON.', { fix: 'Choose the content type application/json.', cause });
  }
}

function changesOf(event: string, { repository, ref, after, action }: Payload): ForgeChange[] {
  if (repository === undefined) return event === 'organization' ? [{ type: 'organisation' }] : [];
  const name = repository.full_name;
  switch (event) {
    case 'push': {
      const branch = /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1];
      if (branch === undefined) return [];
      const deleted = /^0+$/.test(after ?? '0');
      return [{ type: 'push', repository: name, branch, deleted, ...(deleted || after === undefined ? {} : { commit: after }) }];
    }
    case 'repository':
      return [
        { type: 'repository', repository: name, change: action === 'deleted' ? 'deleted' : action === 'created' ? 'created' : 'changed' },
      ];
    default:
      return [];
  }
}
