import { getSignInOptions } from '@paved/client';
import {
  ApiError,
  CrashedState,
  onSignedOut,
  Palette,
  type Session,
  SessionProvider,
  Shell,
  useCall,
  useData,
  useEvents,
  useGo,
  useKey,
  useMayAny,
  useModules,
  usePageActionList,
} from '@paved/ui';
import { IconSettings } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { AccountMenu } from './account-menu.tsx';
import { Bell } from './bell.tsx';
import { Offline } from './offline.tsx';
import { useOwnActions } from './own-actions.ts';
import { usePaletteThings } from './palette-things.ts';
import { usePinned } from './pinned.ts';

/** Pages for people who are signed in: shell, palette, keys. Others are sent to the sign-in page and back. */
export function Frame() {
  const go = useGo();
  const address = useLocation({ select: (location) => location.href });
  const session = useData<Session>('/api/access/session');
  const queries = useQueryClient();
  const signedOut = session.error instanceof ApiError && session.error.code === 'unauthenticated';
  useEffect(
    () =>
      onSignedOut(() => {
        void queries.invalidateQueries({ queryKey: ['api', '/api/access/session'] });
      }),
    [queries],
  );
  useEffect(() => {
    if (signedOut) go(`/sign-in?to=${encodeURIComponent(address)}`, { replace: true });
  }, [signedOut]); // oxlint-disable-line react-hooks/exhaustive-deps -- once per loss of the session
  if (session.data && !signedOut) {
    return (
      <SessionProvider session={session.data}>
        <SignedIn />
      </SessionProvider>
    );
  }
  if (session.error && !signedOut) {
    return (
      <main style={{ padding: 32 }}>
        <CrashedState error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  return null;
}

function GoKey({ letter, label, href }: { letter: string; label: string; href: string }) {
  const go = useGo();
  useKey(`g ${letter}`, `Go to ${label}`, () => go(href));
  return null;
}

function SignedIn() {
  const modules = useModules();
  const go = useGo();
  const [palette, setPalette] = useState(false);
  const current = usePageActionList();
  const pins = usePinned();
  const queries = useQueryClient();
  // The server's own answer for the sign-in page also names the company.
  const organization = useCall(getSignInOptions).data?.organization ?? 'Paved';
  const things = usePaletteThings(palette);
  const own = useOwnActions();
  const may = useMayAny();
  const settings = modules
    .flatMap((module) => module.settings ?? [])
    .filter((tab) => tab.href !== '/settings' && (tab.permission === undefined || may(tab.permission, [])))
    .toSorted((a, b) => a.order - b.order)
    .map((tab) => ({ label: `Settings: ${tab.label}`, href: tab.href, icon: IconSettings }));
  const items = modules.flatMap((module) => module.navigation ?? []).toSorted((a, b) => a.order - b.order);
  useKey('mod+k', 'Search or run a command', () => setPalette((now) => !now));
  useKey('c', 'Create something', () => go('/create'));
  // Who may what can change at any time; the session says so at once.
  useEvents(['access.*'], () => void queries.invalidateQueries({ queryKey: ['api', '/api/access/session'] }));
  return (
    <>
      {items.map((item) => (item.key ? <GoKey key={item.href} letter={item.key} label={item.label} href={item.href} /> : null))}
      <Shell
        organization={organization}
        items={items}
        pinned={pins}
        onSearch={() => setPalette(true)}
        account={
          <>
            <Bell />
            <AccountMenu />
          </>
        }
        banner={<Offline />}
      >
        <Outlet />
      </Shell>
      <Palette
        opened={palette}
        onClose={() => setPalette(false)}
        things={things}
        pages={[...items, ...settings]}
        current={current}
        actions={[...modules.flatMap((module) => module.actions ?? []), ...own.palette]}
        sources={modules.flatMap((module) => module.search ?? [])}
      />
    </>
  );
}
