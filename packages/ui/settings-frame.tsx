import { useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCrumbs } from './crumbs.tsx';
import { useModules } from './modules.tsx';
import { PageHeader, TabLinks } from './page-header.tsx';
import { useMayAny } from './session.tsx';

/** A page of the settings below the tabs that all capabilities add to them; tabs that the person may not see are left out. */
export function SettingsFrame({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const path = useLocation({ select: (location) => location.pathname });
  const may = useMayAny();
  const tabs = useModules()
    .flatMap((module) => module.settings ?? [])
    .filter(({ permission, href }) => href === path || permission === undefined || may(permission, []))
    .toSorted((a, b) => a.order - b.order);
  useCrumbs([{ label: 'Settings', href: '/settings' }, { label: title }]);
  return (
    <>
      <PageHeader tight title="Settings" actions={actions} />
      <TabLinks label="Settings" tabs={tabs} current={path} />
      {children}
    </>
  );
}
