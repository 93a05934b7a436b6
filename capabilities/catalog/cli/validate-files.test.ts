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
