import { portal as access } from '@paved/access/portal';
import { portal as audit } from '@paved/audit/portal';
import { portal as catalog } from '@paved/catalog/portal';
import { portal as docs } from '@paved/docs/portal';
import { portal as editing } from '@paved/editing/portal';
import { portal as onboarding } from '@paved/onboarding/portal';
import { portal as orchestrator } from '@paved/orchestrator/portal';
import { portal as ownership } from '@paved/ownership/portal';
import { portal as pipelines } from '@paved/pipelines/portal';
import { portal as repositories } from '@paved/repositories/portal';
import { portal as runs } from '@paved/runs/portal';
import { portal as secrets } from '@paved/secrets/portal';
import { portal as services } from '@paved/services/portal';
import { portal as templates } from '@paved/templates/portal';
import type { PortalModule } from '@paved/ui';
import { IconHome } from '@tabler/icons-react';

/** The portal's own part: the page that gathers what concerns you, and what the server runs with. */
const home: PortalModule = {
  routes: [
    { path: '/', page: () => import('./pages/home.tsx') },
    { path: '/settings/configuration', page: () => import('./pages/configuration.tsx') },
  ],
  settings: [{ label: 'Configuration', href: '/settings/configuration', order: 60, permission: 'host.configuration.read' }],
  navigation: [{ label: 'Home', href: '/', icon: IconHome, order: 10, key: 'h' }],
};

/** Every capability with a side in the portal. */
export const modules: readonly PortalModule[] = [
  home,
  catalog,
  editing,
  onboarding,
  templates,
  runs,
  orchestrator,
  repositories,
  pipelines,
  docs,
  secrets,
  services,
  ownership,
  access,
  audit,
];
