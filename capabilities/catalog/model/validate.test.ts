import { describe, expect, it } from 'vitest';
import { createKindRegistry } from './kind-registry.ts';
import { validateDocument } from './validate.ts';

/** Verdicts of Backstage 1.55's `POST /validate-entity` on the same documents. */
const registry = createKindRegistry();
const judge = (metadata: object, spec: object = {}, kind = 'Component') =>
  validateDocument(
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: { name: 'a', ...metadata },
      spec: { type: 't', lifecycle: 'l', owner: 'o', ...spec },
    },
    registry,
  );

describe('what Backstage takes and refuses', () => {
  it.each([
    // `annotations:` with nothing below it is none; labels and tags are not.
    [{ annotations: null }, true],
    [{ annotations: [] }, true],
    [{ annotations: ['x'] }, false],
    [{ labels: null }, false],
    [{ tags: null }, false],
    [{ links: [{ url: ' https://x ' }] }, true],
    [{ links: [{ url: 'https://a/b c' }] }, true],
    [{ links: [{ url: 'https://x:99999' }] }, false],
    [{ links: [{ url: 'https://[::1' }] }, false],
    [{ links: [{ url: 'https://%' }] }, false],
  ])('metadata %j: %s', (metadata, valid) => expect(judge(metadata).valid).toBe(valid));

  it.each([
    [{ dependencyOf: 'component:a' }, true],
    [{ dependencyOf: ['component:a'] }, true],
    [{ dependencyOf: null }, true],
    [{ dependencyOf: [] }, true],
    [{ dependencyOf: 'a' }, false],
    [{ dependencyOf: 5 }, false],
    [{ dependencyOf: {} }, false],
    [{ dependencyOf: [null] }, false],
    [{ dependencyOf: [['component:a']] }, false],
  ])('spec %j: %s', (spec, valid) => {
    expect(judge({}, spec).valid).toBe(valid);
    expect(judge({}, spec, 'Resource').valid).toBe(valid);
  });

  it('keeps no annotations where there are none', () => {
    const verdict = judge({ annotations: null });
    expect(verdict.valid && 'annotations' in verdict.entity.metadata).toBe(false);
  });
});

describe('messages name the true cause', () => {
  const first = (metadata: object, spec: object = {}) => {
    const verdict = judge(metadata, spec);
    return verdict.valid ? undefined : verdict.problems[0];
  };
  it.each([
    [{ name: 1000 }, 'metadata.name is "1000"', 'Put it in quotes: without them YAML reads a number.'],
    [{ name: { '{ name }': null } }, 'metadata.name is', 'a template that was not rendered'],
    [{ name: null }, 'metadata.name is "null"', 'Write a name'],
    [{ name: '\ufeffa\u00a0b' }, 'metadata.name is "\\ufeffa\\u00a0b"', 'Write it as "a-b"'],
  ])('%j', (metadata, message, fix) =>
    expect(first(metadata)).toMatchObject({ message: expect.stringContaining(message), fix: expect.stringContaining(fix) }),
  );

  it('a merge key, which Backstage does not follow either, before the fields that are missing for it', () => {
    expect(first({}, { owner: undefined, '<<': { owner: 'o' } })).toMatchObject({
      at: '/spec/<<',
      fix: expect.stringContaining('YAML 1.2'),
    });
    expect(first({}, { '<<': { owner: 'o' } })).toBeUndefined();
  });

  const skill = { type: 'skill' };
  const rule = { type: 'rule', category: 'c', rationale: 'r' };
  const mcp = { type: 'mcp-server', remotes: [{ type: 'sse', url: 'https://x' }] };
  it.each([
    ['AiResource', { type: 'anything' }, true],
    ['AiResource', { type: '' }, false],
    ['AiResource', { ...skill, disciplines: [], categories: ['a'], allowedTools: 'a b', dependsOn: ['x'], more: 1 }, true],
    ['AiResource', { ...skill, agents: [5] }, false],
    ['AiResource', { ...skill, allowedTools: ['a'] }, false],
    ['AiResource', { ...skill, compatibility: 'x'.repeat(500) }, true],
    ['AiResource', { ...skill, compatibility: 'x'.repeat(501) }, false],
    ['AiResource', rule, true],
    ['AiResource', { ...rule, rationale: '' }, false],
    ['AiResource', { type: 'plugin', skills: [] }, true],
    ['AiResource', { type: 'plugin' }, false],
    ['AiResource', { type: 'marketplace', plugins: ['user:x'] }, true],
    ['AiResource', { type: 'marketplace', plugins: 'x' }, false],
    ['API', mcp, true],
    ['API', { ...mcp, definition: 5 }, true],
    ['API', { ...mcp, remotes: [] }, false],
    ['API', { ...mcp, remotes: [{ type: 'x' }] }, false],
    ['API', { type: 'mcp-server', definition: 'd' }, false],
    ['API', { ...mcp, type: 'MCP-Server' }, false],
  ])('%s %j: %s', (kind, spec, valid) => expect(judge({}, spec, kind).valid).toBe(valid));
});
