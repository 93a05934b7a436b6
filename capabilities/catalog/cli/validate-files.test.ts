import { describe, expect, it } from 'vitest';
import { validateFiles, type Surroundings } from './validate-files.ts';

const good =
  'apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: ok\nspec:\n  type: openapi\n  lifecycle: production\n  owner: a\n  definition:\n    $text: ./openapi.yaml\n';

describe('paved catalog validate', () => {
  it('takes good documents, placeholders and the platform’s own kinds', () => {
    expect(
      validateFiles([
        { name: 'a.yaml', text: `${good}---\napiVersion: paved.dev/v1alpha1\nkind: Environment\nmetadata: {name: dev}\nspec: {}\n` },
      ]),
    ).toMatchObject({ files: [{ name: 'a.yaml' }], documents: 2, findings: [] });
  });
  it('says file, line, document, problem and fix', () => {
    const { findings } = validateFiles([
      { name: 'b.yaml', text: `${good}---\n${good.replace('  owner: a\n', '').replace('name: ok', 'name: bad name')}` },
    ]);
    expect(findings).toEqual([
      {
        level: 'error',
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

describe('with what stands beside the files', () => {
  const location = (...targets: string[]): string =>
    `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec:\n  targets: [${targets.map((target) => `'${target}'`).join(', ')}]\n`;
  const beside = (files: Readonly<Record<string, string>>): Surroundings => ({
    files: (_file, target) => (files[target] === undefined ? undefined : [{ name: target.replace('./', ''), text: files[target] }]),
    has: (_file, target) => files[target] !== undefined,
  });

  it('follows Locations, also those that lead back, and names targets that are not there', () => {
    const { files, documents, findings } = validateFiles(
      [{ name: 'all.yaml', text: location('./api.yaml', './more.yaml', './gone.yaml', 'https://elsewhere.example/x.yaml') }],
      [],
      beside({ './api.yaml': good.replace('name: ok', 'name: bad name'), './more.yaml': location('./more.yaml'), './openapi.yaml': '{}' }),
    );
    expect({ files: files.length, documents }).toEqual({ files: 3, documents: 3 });
    expect(findings.map(({ file, problem }) => `${file}: ${problem}`)).toEqual([
      'all.yaml: The Location names ./gone.yaml, and there is no such file.',
      expect.stringContaining('api.yaml: metadata.name is "bad name"'),
      expect.stringContaining('more.yaml: location:default/all stands in all.yaml:'),
    ]);
  });

  it('names a definition whose file is missing, with its line', () => {
    const [finding] = validateFiles([{ name: 'a.yaml', text: good }], [], beside({})).findings;
    expect(finding).toMatchObject({ file: 'a.yaml', line: 9, problem: expect.stringContaining('"./openapi.yaml"') });
  });

  it('names what stands in two files', () => {
    const { findings } = validateFiles([
      { name: 'a.yaml', text: good },
      { name: 'b.yaml', text: good },
    ]);
    expect(findings).toMatchObject([{ file: 'b.yaml', problem: 'api:default/ok stands in a.yaml:1 already.' }]);
  });
});
