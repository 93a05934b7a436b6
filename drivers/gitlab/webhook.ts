import { PavedError } from '@paved/kernel';
import type { Delivery, ForgeChange, ForgeDriver } from '@paved/forges';

interface Payload {
  readonly object_kind?: string;
  readonly event_name?: string;
  readonly ref?: string;
  readonly after?: string;
  readonly project?: { readonly path_with_namespace: string };
  readonly path_with_namespace?: string;
  readonly old_path_with_namespace?: string;
}

/** A signed delivery older than this is a repeated one. */
const TOLERANCE_MS = 5 * 60_000;
const organisationEvents = /^(group_|subgroup_|user_)/;

/**
 * GitLab sends the secret itself in `X-Gitlab-Token`; newer versions sign instead, after the Standard Webhooks rules
 * (`webhook-id.webhook-timestamp.body`).
 */
export const webhook: ForgeDriver['webhook'] = {
  verify({ headers, body, receivedAt }, secret, { hmac, equal }) {
    const signatures = headers['webhook-signature'];
    if (signatures === undefined) return equal(headers['x-gitlab-token'] ?? '', secret);
    const { 'webhook-id': id, 'webhook-timestamp': timestamp } = headers;
    if (id === undefined || timestamp === undefined || !(Math.abs(receivedAt.getTime() - Number(timestamp) * 1000) <= TOLERANCE_MS))
      return false;
    const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
    const wanted = hmac(key, `${id}.${timestamp}.`, body);
    return signatures
      .split(' ')
      .some((signature) => signature.startsWith('v1,') && equal(Buffer.from(signature.slice(3), 'base64'), wanted));
  },
  id: ({ headers }) => headers['webhook-id'] ?? headers['idempotency-key'] ?? headers['x-gitlab-event-uuid'] ?? '',
  changes: (delivery) => changesOf(payloadOf(delivery)),
  setUp: (url, integration) => [
    `Open the group (or project) at ${integration.webUrl}, Settings → Webhooks, and add a webhook. An administrator can set it for the whole server: Admin → System hooks.`,
    `URL: ${url}`,
    'Signing token, or secret token where there is none: the value of webhookSecret.',
    'Trigger: Push events; for a system hook also Repository update events. Groups may add Member, Subgroup and Project events.',
  ],
};

function payloadOf({ body }: Delivery): Payload {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as Payload;
  } catch (cause) {
    throw new PavedError('invalid', 'The delivery’s body is no JSON.', { fix: 'Send it as GitLab documents it.', cause });
  }
}

function changesOf(payload: Payload): ForgeChange[] {
  const event = payload.object_kind ?? payload.event_name ?? '';
  const project = payload.path_with_namespace ?? payload.project?.path_with_namespace;
  switch (event) {
    case 'push': {
      const branch = /^refs\/heads\/(.+)$/.exec(payload.ref ?? '')?.[1];
      if (project === undefined || branch === undefined) return [];
      const deleted = /^0+$/.test(payload.after ?? '0');
      return [
        {
          type: 'push',
          repository: project,
          branch,
          deleted,
          ...(deleted || payload.after === undefined ? {} : { commit: payload.after }),
        },
      ];
    }
    case 'project_create':
      return project === undefined ? [] : [{ type: 'repository', repository: project, change: 'created' }];
    case 'project_destroy':
      return project === undefined ? [] : [{ type: 'repository', repository: project, change: 'deleted' }];
    case 'project_rename':
    case 'project_transfer': {
      const before = payload.old_path_with_namespace;
      return project === undefined
        ? []
        : [{ type: 'repository', repository: project, change: 'renamed', ...(before === undefined ? {} : { before }) }];
    }
    case 'project_update':
      return project === undefined ? [] : [{ type: 'repository', repository: project, change: 'changed' }];
    default:
      // They name a group by the last part of its path only.
      return organisationEvents.test(event) ? [{ type: 'organisation' }] : [];
  }
}
