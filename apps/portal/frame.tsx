import { getSignInOptions } from '@paved/client';
import {
  ApiError,
  Button,
  onSignedOut,
  Palette,
  type Session,
  SessionProvider,
  Shell,
  State,
  useCall,
  useData,
  useEvents,
  useGo,
  useKey,
  useMayAny,
  useModules,
  usePageActionList,
} from '@paved/ui';
import { IconPlugConnectedX, IconSettings } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
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
  if (session.error && !signedOut) return <NoAnswer error={session.error} again={() => void session.refetch()} />;
  return null;
}

const AGAIN_MS = 3000;

/** The server does not say who this is: it starts, or cannot be reached. It is asked again until it does. */
function NoAnswer({ error, again }: { error: ApiError; again: () => void }) {
  const latest = useRef(again);
  useEffect(() => {
    latest.current = again;
  });
  useEffect(() => {
    const timer = setInterval(() => latest.current(), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main style={{ padding: 32 }}>
      <State icon={IconPlugConnectedX} title="Paved does not answer" actions={<Button onClick={again}>Try now</Button>}>
        {error.message} {error.fix} It is asked again every {AGAIN_MS / 1000} s, and this page opens as soon as it answers.
      </State>
    </main>
  );
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
