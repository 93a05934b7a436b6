import { createSign } from 'node:crypto';
import { PavedError } from '@paved/kernel';
import type { ForgeTools, Integration } from '@paved/forges';

/** The headers that prove who asks. GitHub Apps sign their own short-lived tokens, one for each owner. */
export interface Credentials {
  /** For requests about an owner's repositories, teams or people. */
  forOwner(owner: string): Promise<Record<string, string>>;
  /** For requests as the app itself; the token's when there is no app. */
  forApp(): Record<string, string>;
}

/** A token is not used any more this long before it ends. */
const MARGIN_MS = 2 * 60_000;

export function createCredentials(integration: Integration, tools: ForgeTools): Credentials {
  const tokens = new Map<string, { token: string; until: number }>();
  const apps = integration.apps ?? [];
  const fallback: Record<string, string> = integration.token === undefined ? {} : { authorization: `Bearer ${integration.token}` };

  const appHeaders = (app: (typeof apps)[number]): Record<string, string> => ({
    authorization: `Bearer ${appToken(app, tools.now())}`,
  });

  const installationToken = async (owner: string): Promise<string | undefined> => {
    const known = tokens.get(owner.toLowerCase());
    if (known !== undefined && known.until > tools.now().getTime()) return known.token;
    for (const app of apps) {
      if (app.allowedInstallationOwners?.some((allowed) => allowed.toLowerCase() === owner.toLowerCase()) === false) continue;
      for (const kind of ['orgs', 'users']) {
        const found = await tools.http(`${integration.apiUrl}/${kind}/${encodeURIComponent(owner)}/installation`, {
          headers: appHeaders(app),
          accept: [404],
        });
        if (found.status === 404) continue;
        const made = await tools.http(`${integration.apiUrl}/app/installations/${found.json<{ id: number }>().id}/access_tokens`, {
          method: 'POST',
          headers: appHeaders(app),
        });
        const { token, expires_at } = made.json<{ token: string; expires_at: string }>();
        tokens.set(owner.toLowerCase(), { token, until: Date.parse(expires_at) - MARGIN_MS });
        return token;
      }
    }
    return undefined;
  };

  return {
    async forOwner(owner) {
      if (apps.length === 0) return fallback;
      const token = await installationToken(owner);
      if (token !== undefined) return { authorization: `Bearer ${token}` };
      if (integration.token !== undefined) return fallback;
      throw new PavedError('not_found', `The GitHub App of ${integration.host} is not installed for ${owner}.`, {
        fix: `Install it for ${owner}, or add it to allowedInstallationOwners.`,
      });
    },
    forApp: () => (apps[0] === undefined ? fallback : appHeaders(apps[0])),
  };
}

/** A JSON Web Token of the app: ten minutes at most, the clock a minute back for forges that run late. */
function appToken(app: { appId: number; privateKey: string }, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: seconds - 60, exp: seconds + 540, iss: String(app.appId) })}`;
  try {
    return `${body}.${createSign('RSA-SHA256').update(body).sign(app.privateKey, 'base64url')}`;
  } catch (cause) {
    throw new PavedError('invalid', `The private key of GitHub App ${app.appId} is no PEM key.`, {
      fix: 'Put the downloaded .pem text into privateKey, for example with { $file: key.pem }.',
      cause,
    });
  }
}
