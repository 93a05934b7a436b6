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
