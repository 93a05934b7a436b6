import { describe, expect, it } from 'vitest';
import { refusal, type SourceRules } from './source-rules.ts';

const entity = (kind: string, type = 'x') => ({ apiVersion: 'backstage.io/v1alpha1', kind, metadata: { name: 'n' }, spec: { type } });
const source = { type: 'url', target: 'https://git.acme.example/org/people.yaml' };
const taken = (rules: Partial<SourceRules>, kind: string, more: { kinds?: string[]; type?: string } = {}): boolean =>
  refusal(
    { locations: [], ...rules },
    { ...source, ...(more.kinds === undefined ? {} : { kinds: more.kinds }) },
    entity(kind, more.type),
  ) === undefined;

describe('rules about kinds', () => {
  it('allow everything without rules, what one rule allows with them', () => {
    expect(taken({}, 'Group')).toBe(true);
    expect(taken({ rules: [{ allow: ['Component'] }, { allow: ['api'] }] }, 'API')).toBe(true);
    expect(taken({ rules: [{ allow: ['Component'] }] }, 'Group')).toBe(false);
    expect(taken({ rules: [{ allow: [{ kind: 'Component', 'spec.type': 'website' }] }] }, 'Component', { type: 'service' })).toBe(false);
    expect(taken({ rules: [{ allow: [{ kind: 'Component', 'spec.type': 'website' }] }] }, 'Component', { type: 'Website' })).toBe(true);
  });
  it('hold for named sources: by type, exactly, by pattern, or written at the source', () => {
    const named = (location: object) => ({ rules: [{ allow: ['Component'] }, { allow: ['Group'], locations: [location] }] });
    expect(taken(named({ type: 'url' }), 'Group')).toBe(true);
    expect(taken(named({ type: 'file' }), 'Group')).toBe(false);
    expect(taken(named({ type: 'url', exact: source.target }), 'Group')).toBe(true);
    expect(taken(named({ pattern: 'https://git.acme.example/org/*' }), 'Group')).toBe(true);
    expect(taken(named({ pattern: 'https://git.acme.example/*' }), 'Group')).toBe(false);
    expect(taken({ locations: [{ ...source, rules: [{ allow: ['User'] }] }] }, 'User')).toBe(true);
    expect(taken({ locations: [{ ...source, rules: [{ allow: ['User'] }] }] }, 'Group')).toBe(false);
  });
  it('do not widen what a developer registered, unless a rule names that source', () => {
    const kinds = ['Component'];
    expect(taken({ rules: [{ allow: ['Group'] }] }, 'Group', { kinds })).toBe(false);
    expect(taken({ rules: [{ allow: ['Group'], locations: [{ exact: source.target }] }] }, 'Group', { kinds })).toBe(true);
    expect(taken({ rules: [{ allow: ['API'] }] }, 'Component', { kinds })).toBe(false);
  });
  it('say what is allowed', () => {
    expect(refusal({ locations: [], rules: [{ allow: ['Component', 'API'] }] }, source, entity('Group'))).toEqual({
      message: 'The kind Group is not allowed in this source, only Component, API.',
      fix: 'Let the platform team add Group to catalog.rules, or to the rules of this source.',
    });
  });
});
