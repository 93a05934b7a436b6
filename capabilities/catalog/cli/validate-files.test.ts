import { describe, expect, it } from 'vitest';
import { validateFiles } from './validate-files.ts';

const good =
  'apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: ok\nspec:\n  type: openapi\n  lifecycle: production\n  owner: a\n  definition:\n    $text: ./openapi.yaml\n';

describe('paved catalog validate', () => {
  it('takes good documents, placeholders and the platform’s own kinds', () => {
    expect(
      validateFiles([
        { name: 'a.yaml', text: `${good}---\napiVersion: paved.dev/v1alpha1\nkind: Environment\nmetadata: {name: dev}\nspec: {}\n` },
      ]),
    ).toEqual({ documents: 2, findings: [] });
  });
  it('says file, line, document, problem and fix', () => {
    const { findings } = validateFiles([
      { name: 'b.yaml', text: `${good}---\n${good.replace('  owner: a\n', '').replace('name: ok', 'name: bad name')}` },
    ]);
    expect(findings).toEqual([
      {
        file: 'b.yaml',
        line: 15,
        document: 'API bad name',
        problem: expect.stringContaining('metadata.name is "bad name"'),
        fix: expect.stringContaining('"bad-name"'),
      },
    ]);
  });
});

describe('kinds of one’s own', () => {
  const kind =
    'apiVersion: paved.dev/v1alpha1\nkind: EntityKind\nmetadata: {name: dataset}\nspec: {kind: Dataset, apiVersions: [acme.com/v1], schema: {type: object, required: [owner]}}\n';
  const dataset = 'apiVersion: acme.com/v1\nkind: Dataset\nmetadata: {name: plays}\nspec: {}\n';

  it('are known when they are declared among the files, or beside them', () => {
    expect(validateFiles([{ name: 'a.yaml', text: dataset }]).findings[0]?.problem).toBe('The kind "Dataset" is not known.');
    for (const [files, kinds] of [
      [[{ name: 'a.yaml', text: `${dataset}---\n${kind}` }], []],
      [[{ name: 'a.yaml', text: dataset }], [{ name: 'kinds.yaml', text: kind }]],
    ] as const)
      expect(validateFiles(files, kinds).findings.map((finding) => finding.problem)).toEqual(['spec.owner is missing.']);
    expect(validateFiles([{ name: 'k.yaml', text: kind.replace('type: object', 'type: strng') }]).findings[0]?.problem).toContain(
      'spec.schema',
    );
  });
});
