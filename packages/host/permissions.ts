import type { Permission } from '@paved/kernel';

/** What the host itself protects. */
export const hostPermissions: readonly Permission[] = [
  { name: 'host.configuration.read', description: 'See the server’s effective settings, secrets masked.', role: 'platform-engineer' },
  { name: 'host.metrics.read', description: 'Read the platform’s Prometheus metrics.', role: 'platform-engineer' },
];
