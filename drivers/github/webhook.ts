import { PavedError } from '@paved/kernel';
import type { Delivery, ForgeChange, ForgeDriver } from '@paved/forges';

interface Payload {
  readonly action?: string;
  readonly ref?: string;
  readonly after?: string;
  readonly deleted?: boolean;
  readonly repository?: { readonly full_name: string; readonly name: string; readonly owner: { readonly login: string } };
  readonly organization?: { readonly login: string };
  readonly team?: { readonly slug: string; readonly name: string };
  readonly member?: { readonly login: string };
  readonly membership?: { readonly user?: { readonly login: string } };
  readonly scope?: string;
  readonly changes?: {
    readonly name?: { readonly from: string };
    readonly repository?: { readonly name?: { readonly from: string } };
    readonly owner?: { readonly from: { readonly user?: { readonly login: string }; readonly organization?: { readonly login: string } } };
  };
}

/** GitHub signs the raw body with HMAC-SHA-256 and numbers each delivery; a redelivery keeps its number. */
export const webhook: ForgeDriver['webhook'] = {
  verify({ headers, body }, secret, { hmac, equal }) {
    const given = /^sha256=([0-9a-f]{64})$/i.exec(headers['x-hub-signature-256'] ?? '')?.[1];
    return given !== undefined && equal(Buffer.from(given, 'hex'), hmac(secret, body));
  },
  id: ({ headers }) => headers['x-github-delivery'] ?? '',
  changes: (delivery) => changesOf(delivery.headers['x-github-event'] ?? '', payloadOf(delivery)),
  setUp: (url, integration) => [
    `Open ${integration.webUrl}/organizations/<organisation>/settings/hooks (or a repository's Settings → Webhooks, or the GitHub App) and add a webhook.`,
    `Payload URL: ${url}`,
    'Content type: application/json',
    'Secret: the value of webhookSecret.',
    'Events: Pushes, Repositories; for people and teams also Memberships, Organizations, Teams.',
  ],
};

/** JSON, or a form with the JSON in `payload`. */
function payloadOf({ headers, body }: Delivery): Payload {
  const text = Buffer.from(body).toString('utf8');
  const json =
    headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
      ? (new URLSearchParams(text).get('payload') ?? '')
      : text;
  try {
    return JSON.parse(json) as Payload;
  } catch (cause) {
    throw new PavedError('invalid', 'The delivery’s body is no JSON.', { fix: 'Choose the content type application/json.', cause });
  }
}

function changesOf(event: string, payload: Payload): ForgeChange[] {
  const { repository, organization, team, action } = payload;
  switch (event) {
    case 'push': {
      const branch = /^refs\/heads\/(.+)$/.exec(payload.ref ?? '')?.[1];
      if (repository === undefined || branch === undefined) return [];
      const deleted = payload.deleted === true;
      return [
        {
          type: 'push',
          repository: repository.full_name,
          branch,
          deleted,
          ...(deleted || payload.after === undefined ? {} : { commit: payload.after }),
        },
      ];
    }
    case 'repository':
      return repository === undefined ? [] : [repositoryChange(payload, repository)];
    case 'team': {
      if (organization === undefined || team === undefined || !['created', 'edited', 'deleted'].includes(action ?? '')) return [];
      const former = payload.changes?.name?.from;
      const change: ForgeChange = {
        type: 'team',
        owner: organization.login,
        slug: team.slug,
        change: action === 'deleted' ? 'deleted' : 'changed',
      };
      return former === undefined || slugOf(former) === team.slug
        ? [change]
        : [{ type: 'team', owner: organization.login, slug: slugOf(former), change: 'deleted' }, change];
    }
    case 'membership':
      if (organization === undefined || team === undefined || payload.member === undefined) return [];
      return [
        {
          type: 'member',
          owner: organization.login,
          login: payload.member.login,
          team: team.slug,
          change: action === 'removed' ? 'removed' : 'added',
        },
      ];
    case 'organization': {
      const login = payload.membership?.user?.login;
      if (organization === undefined || login === undefined || (action !== 'member_added' && action !== 'member_removed')) return [];
      return [{ type: 'member', owner: organization.login, login, change: action === 'member_removed' ? 'removed' : 'added' }];
    }
    default:
      return [];
  }
}

function repositoryChange(payload: Payload, repository: NonNullable<Payload['repository']>): ForgeChange {
  const name = repository.full_name;
  const formerName = payload.changes?.repository?.name?.from;
  const formerOwner = payload.changes?.owner?.from.organization?.login ?? payload.changes?.owner?.from.user?.login;
  switch (payload.action) {
    case 'created':
      return { type: 'repository', repository: name, change: 'created' };
    case 'deleted':
      return { type: 'repository', repository: name, change: 'deleted' };
    case 'renamed':
    case 'transferred':
      return {
        type: 'repository',
        repository: name,
        change: 'renamed',
        before: `${formerOwner ?? repository.owner.login}/${formerName ?? repository.name}`,
      };
    default:
      return { type: 'repository', repository: name, change: 'changed' };
  }
}

/** How GitHub makes a slug of a team's name. */
const slugOf = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '');
