import { PageHeader, TabLinks, useCrumbs, useMay } from '@paved/ui';
import { useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** The tabs of the settings; people and the audit log only for those who may see them. */
export function SettingsFrame({
  title,
  lede,
  actions,
  children,
}: {
  title: string;
  lede?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const path = useLocation({ select: (location) => location.pathname });
  const people = useMay('access.user.read');
  const audit = useMay('audit.entry.read');
  useCrumbs([{ label: 'Settings', href: '/settings' }, { label: title }]);
  const tabs = [
    { label: 'Profile', href: '/settings' },
    { label: 'Tokens and sessions', href: '/settings/tokens' },
    ...(people ? [{ label: 'People and roles', href: '/settings/people' }] : []),
    ...(audit ? [{ label: 'Audit log', href: '/settings/audit' }] : []),
    { label: 'About', href: '/settings/about' },
  ];
  return (
    <>
      <PageHeader tight title="Settings" lede={lede} actions={actions} />
      <TabLinks label="Settings" tabs={tabs} current={path} />
      {children}
    </>
  );
}
