import { audit } from '@paved/audit';
import { catalog, ENTITY_CHANGED } from '@paved/catalog';
import { defineCapability } from '@paved/host';
import { access, ROLE_CHANGED, SESSION_ENDED, TOKEN_REVOKED, USER_CHANGED, type Access } from '../index.ts';
import { openAccounts } from './accounts.ts';
import { createActors } from './actors.ts';
import { createAuthenticator } from './authenticate.ts';
import { createAuthorizer } from './authorize.ts';
import type { AccessDeps } from './context.ts';
import { createCredentials } from './credentials.ts';
import { registerDeviceRoutes } from './device-routes.ts';
import { createLinks } from './links.ts';
import { migrations } from './migrations.ts';
import { permissions } from './permissions.ts';
import { createPersons } from './persons.ts';
import { createRoleAssignments } from './role-assignments.ts';
import { ATTEMPT_WINDOW_MS, createSignIn } from './sign-in.ts';
import { registerSignInRoutes } from './sign-in-routes.ts';
import { createStore } from './store.ts';
import { createTokens } from './tokens.ts';
import { registerUserRoutes } from './user-routes.ts';

export { createLocalAdministratorToken, type LocalTokenOptions } from './local-administrator.ts';

const SWEEP_MS = 10 * 60_000;

export const accessCapability = defineCapability({
  name: 'access',
  provides: access,
  needs: { audit, catalog },
  permissions,
  migrations,
  create(ctx) {
    const { db, now, log, needs } = ctx;
    const store = createStore(db);
    const secure = ctx.config.server.baseUrl?.startsWith('https://') === true;
    const accounts = openAccounts({ db, secure, log, secret: ctx.keyring.derive('access.better-auth').toString('base64url') });
    const configuredRoles = new Map(Object.entries(ctx.config.access.roles).map(([ref, role]) => [ref.toLowerCase(), role]));
    const actors = createActors({ store, catalog: needs.catalog, now, configuredRoles });
    const credentials = createCredentials({ store, accounts, actors, now });
    const shared: AccessDeps = {
      ...ctx,
      ...needs,
      store,
      accounts,
      actors,
      credentials,
      digest: (text) => ctx.keyring.digest('access', text),
    };
    const roles = createRoleAssignments(shared);
    const persons = createPersons(shared);
    const deps = {
      ...shared,
      roles,
      persons,
      tokens: createTokens(shared),
      links: createLinks({ ...shared, roles, persons }),
      signIn: createSignIn({ ...shared, persons }),
    };
    const authenticator = createAuthenticator({ credentials, cookieName: accounts.cookieName, baseUrl: ctx.baseUrl });

    const stopListening = ctx.events.subscribe(
      [SESSION_ENDED, TOKEN_REVOKED, USER_CHANGED, ROLE_CHANGED, ENTITY_CHANGED],
      ({ type, subject }) => {
        if (type !== ROLE_CHANGED && type !== ENTITY_CHANGED) credentials.drop(subject);
        if (type === ROLE_CHANGED || type === USER_CHANGED || (type === ENTITY_CHANGED && /^(user|group):/.test(subject))) actors.drop();
      },
    );
    const sweep = setInterval(() => {
      store
        .sweep(new Date(now().getTime() - ATTEMPT_WINDOW_MS), now())
        .catch((error: unknown) => log.warn({ err: error }, 'Old sessions could not be swept.'));
    }, SWEEP_MS);
    sweep.unref();

    const service: Access = {
      createToken: deps.tokens.create,
      async actorOfToken(token, door) {
        const verified = await credentials.verify({ bearer: token });
        return verified === undefined ? undefined : credentials.actorFor(verified, door);
      },
      actorOf: (userRef, door) => actors.of(userRef, { door }),
      assignRole: roles.assign,
      administratorLink: deps.links.forFirstAdministrator,
    };
    return {
      service,
      routes(app) {
        registerSignInRoutes(app, { ...deps, authenticator });
        registerDeviceRoutes(app, { ...deps, authenticator });
        registerUserRoutes(app, deps);
      },
      authenticate: authenticator.authenticate,
      authorize: createAuthorizer(ctx.permissions),
      async listening() {
        const { demoSignIn } = ctx.config.access;
        if (demoSignIn && !/^(127\.|localhost$|::1$)/.test(ctx.config.server.host)) {
          log.warn('access.demoSignIn lets everybody who reaches this server in without a password, and it listens beyond this machine.');
        }
        const link = await service.administratorLink();
        if (link !== undefined) log.info(`Nobody is administrator yet. Open this once, within 24 hours: ${link}`);
      },
      async stop() {
        clearInterval(sweep);
        stopListening();
      },
    };
  },
});
