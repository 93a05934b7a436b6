import { PavedError } from '@paved/kernel';
import type { Delivery, ForgeChange, ForgeDriver, Integration } from '@paved/forges';
import { parseAddress } from './addresses.ts';

interface Payload {
  readonly id?: string;
  readonly notificationId?: number;
  readonly subscriptionId?: string;
  readonly eventType?: string;
  readonly resource?: {
    readonly refUpdates?: readonly { readonly name: string; readonly newObjectId: string }[];
    readonly repository?: { readonly name: string; readonly remoteUrl: string };
    readonly oldName?: string;
  };
}

const HEADER = 'x-paved-secret';

/** Service hooks are not signed: they carry the secret as the password of basic authentication, or in a header of their own. */
export const webhook: ForgeDriver['webhook'] = {
  verify({ headers }, secret, { equal }) {
    const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers['authorization'] ?? '')?.[1];
    const password =
      basic === undefined
        ? undefined
        : Buffer.from(basic, 'base64')
            .toString('utf8')
            .replace(/^[^:]*:/, '');
    return equal(password ?? headers[HEADER] ?? '', secret);
  },
  id({ body }) {
    const { id, subscriptionId, notificationId } = payloadOf(body);
    return id ?? (notificationId === undefined ? '' : `${subscriptionId ?? ''}:${notificationId}`);
  },
  changes: ({ body }, integration) => changesOf(payloadOf(body), integration),
  setUp: (url, integration) => [
    `Open ${integration.webUrl}/<organisation>/<project>/_settings/serviceHooks and create a subscription of type Web Hooks, one for each event.`,
    'Events: Code pushed; for discovery also Repository created, renamed, deleted.',
    `URL: ${url}`,
    `Basic authentication: any user name, password: the value of webhookSecret. (Or HTTP header ${HEADER}:<webhookSecret>.)`,
    'Resource details to send: All.',
  ],
};

function payloadOf(body: Delivery['body']): Payload {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as Payload;
  } catch (cause) {
    throw new PavedError('invalid', 'The delivery’s body is no JSON.', { fix: 'Send it as Azure DevOps documents it.', cause });
  }
}

function changesOf({ eventType, resource }: Payload, integration: Integration): ForgeChange[] {
  // `https://acme@dev.azure.com/acme/shop/_git/api`: the account in front is only a suggestion for git.
  const address = parseAddress(integration, (resource?.repository?.remoteUrl ?? '').replace(/^(https?:\/\/)[^/@]*@/, '$1'));
  if (address === undefined || resource === undefined) return [];
  const { repository } = address;
  switch (eventType) {
    case 'git.push':
      return (resource.refUpdates ?? []).flatMap(({ name, newObjectId }): ForgeChange[] => {
        const branch = /^refs\/heads\/(.+)$/.exec(name)?.[1];
        if (branch === undefined) return [];
        const deleted = /^0+$/.test(newObjectId);
        return [{ type: 'push', repository, branch, deleted, ...(deleted ? {} : { commit: newObjectId }) }];
      });
    case 'git.repo.created':
    case 'git.repo.forked':
      return [{ type: 'repository', repository, change: 'created' }];
    case 'git.repo.deleted':
      return [{ type: 'repository', repository, change: 'deleted' }];
    case 'git.repo.renamed':
      return [
        {
          type: 'repository',
          repository,
          change: 'renamed',
          ...(resource.oldName === undefined ? {} : { before: `${repository.split('/').slice(0, 2).join('/')}/${resource.oldName}` }),
        },
      ];
    case 'git.repo.statuschanged':
      return [{ type: 'repository', repository, change: 'changed' }];
    default:
      return [];
  }
}
