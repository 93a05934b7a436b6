import type { Permission } from '@paved/kernel';

/** One's own session, password and tokens need no permission. */
export const permissions: readonly Permission[] = [
  { name: 'access.user.read', description: 'See people, their accounts and roles', role: 'platform-engineer' },
  { name: 'access.user.manage', description: 'Invite, reset and suspend people', role: 'administrator' },
  { name: 'access.role.assign', description: 'Give and take roles', role: 'administrator' },
  { name: 'access.token.manage', description: 'Make, see and revoke other people’s tokens', role: 'administrator' },
];
