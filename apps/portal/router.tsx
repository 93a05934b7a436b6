import { CrashedState, lazyCode, type LazyPage } from '@paved/ui';
import { createRootRoute, createRoute, createRouter, Outlet, type AnyRoute } from '@tanstack/react-router';
import { Frame } from './frame.tsx';
import { modules } from './modules.ts';
import { NotFound } from './pages/not-found.tsx';
import { Root } from './root.tsx';

/** Routes of all capabilities: framed ones below the shell, bare ones (sign-in, device) beside it. */
export function createPortalRouter() {
  const root = createRootRoute({
    component: () => (
      <Root>
        <Outlet />
      </Root>
    ),
    notFoundComponent: NotFound,
  });
  const frame = createRoute({ getParentRoute: () => root, id: 'frame', component: Frame });
  const route = (parent: AnyRoute, path: string, page: LazyPage) =>
    createRoute({ getParentRoute: () => parent, path: path as '/', component: lazyCode(async () => (await page()).Page, { whole: true }) });
  const all = modules.flatMap((module) => module.routes ?? []);
  const framed = all.filter((entry) => entry.bare !== true).map((entry) => route(frame, entry.path, entry.page));
  const bare = all.filter((entry) => entry.bare === true).map((entry) => route(root, entry.path, entry.page));
  const unknown = createRoute({ getParentRoute: () => frame, path: '$', component: NotFound });
  const gallery = import.meta.env.DEV ? [route(root, '/gallery', () => import('./gallery/gallery.tsx'))] : [];
  return createRouter({
    routeTree: root.addChildren([frame.addChildren([...framed, unknown]), ...bare, ...gallery]),
    scrollRestoration: true,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultErrorComponent: ({ error, reset }) => <CrashedState error={error} onRetry={reset} />,
    // The query stays the text it is (see useUrlState): repeated keys are lists.
    parseSearch: (text) => ({ raw: text.replace(/^\?/, '') }),
    stringifySearch: (search) => (typeof search['raw'] === 'string' && search['raw'] !== '' ? `?${search['raw']}` : ''),
  });
}
