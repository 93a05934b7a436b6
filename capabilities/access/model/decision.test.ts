import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roles, type Actor, type Permission, type Role } from '@paved/kernel';
import { abilityOf, allows, rulesFor } from './ability.ts';
import { reachOf } from './reach.ts';
import { refusalOf } from './refusal.ts';

const actor = (role: Role, ...ownershipRefs: string[]): Actor => ({
  ref: 'user:default/mira',
  displayName: 'Mira',
  role,
  ownershipRefs: ['user:default/mira', ...ownershipRefs],
  door: 'portal',
});

const permissions: readonly Permission[] = [
  { name: 'shop.cart.read', description: 'Look into carts', role: 'viewer' },
  {
    name: 'orchestrator.deployment.create',
    description: 'Deploy a workload; everybody may plan.',
    role: 'platform-engineer',
    owner: 'developer',
  },
  { name: 'access.role.assign', description: 'Give and take roles', role: 'administrator' },
];
const payments = 'group:default/payments';
const may = (who: Actor, permission: string, ownerRefs?: string[]): boolean =>
  allows(abilityOf(rulesFor(who, permissions)), permission, ownerRefs);

describe('decisions', () => {
  // role, in payments?, owners of the thing → look, deploy, assign
  it.each([
    ['viewer', false, undefined, true, false, false],
    ['viewer', true, [payments], true, false, false],
    ['developer', false, undefined, true, false, false],
    ['developer', false, [], true, false, false],
    ['developer', false, [payments], true, false, false],
    ['developer', true, undefined, true, false, false],
    ['developer', true, [], true, false, false],
    ['developer', true, ['group:default/other'], true, false, false],
    ['developer', true, ['group:default/other', payments], true, true, false],
    ['developer', false, ['user:default/mira'], true, true, false],
    ['platform-engineer', false, undefined, true, true, false],
    ['platform-engineer', false, [payments], true, true, false],
    ['administrator', false, [payments], true, true, true],
  ] as const)('%s, member of payments: %s, owners %j', (role, member, owners, look, deploy, assign) => {
    const who = actor(role, ...(member ? [payments] : []));
    const asked = owners === undefined ? undefined : [...owners];
    expect({
      look: may(who, 'shop.cart.read', asked),
      deploy: may(who, 'orchestrator.deployment.create', asked),
      assign: may(who, 'access.role.assign', asked),
    }).toEqual({ look, deploy, assign });
  });

  it('refuses what nobody declared', () => {
    expect(may(actor('administrator'), 'no.such.thing')).toBe(false);
  });

  it('reaches in lists exactly what it allows one by one', () => {
    const role = fc.constantFrom(...roles);
    const refs = fc.uniqueArray(fc.constantFrom('group:default/a', 'group:default/b', 'group:default/c', 'user:default/mira'));
    const permission = fc.record(
      { name: fc.constant('x.y.z'), description: fc.constant('Do it'), role },
      { requiredKeys: ['name', 'description', 'role'] },
    );
    fc.assert(
      fc.property(role, refs, refs, permission, fc.option(role, { nil: undefined }), (held, groups, owners, base, owner) => {
        const one: Permission = { ...base, ...(owner === undefined ? {} : { owner }) };
        const who = actor(held, ...groups);
        const reach = reachOf(who, one);
        const inList = reach.on === 'everything' || (reach.on === 'owned' && owners.some((ref) => reach.ownerRefs.includes(ref)));
        expect(allows(abilityOf(rulesFor(who, [one])), one.name, owners)).toBe(inList);
      }),
    );
  });
});

describe('refusals', () => {
  const refuse = (who: Actor, index: number, resource?: { ref?: string; ownerRefs?: string[] }) =>
    refusalOf(who, permissions[index], permissions[index]?.name ?? '', resource);

  it('names the owners and whom to ask', () => {
    expect(refuse(actor('developer'), 1, { ref: 'component:default/checkout', ownerRefs: [payments] })).toEqual({
      allowed: false,
      reason: 'Only the owners of checkout (group payments) may deploy a workload.',
      fix: 'Ask payments, or a platform engineer.',
    });
  });

  it('says when nobody owns the thing', () => {
    expect(refuse(actor('developer'), 1, { ref: 'component:default/checkout', ownerRefs: [] })).toMatchObject({
      reason: 'Checkout has no owner, so only a platform engineer may deploy a workload.',
      fix: 'Give it an owner in its catalog file, or ask a platform engineer.',
    });
  });

  it('says which role is missing', () => {
    expect(refuse(actor('viewer'), 1, { ref: 'component:default/checkout', ownerRefs: [payments] }).reason).toBe(
      'Your role, viewer, may not deploy a workload; that takes a developer.',
    );
    expect(refuse(actor('developer'), 2)).toMatchObject({
      reason: 'Your role, developer, may not give and take roles; that takes an administrator.',
      fix: 'Ask an administrator to do it.',
    });
  });
});
