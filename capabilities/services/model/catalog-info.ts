import { stringify } from 'yaml';
import { parseRef } from '@paved/kernel';
import type { Findings } from './findings.ts';
import type { Wanted } from './wanted.ts';

/** Tags by the files that tell a language. Pipelines are chosen by them. */
const languages: readonly (readonly [tag: string, files: readonly string[]])[] = [
  ['node', ['package.json']],
  ['python', ['requirements.txt', 'pyproject.toml']],
  ['go', ['go.mod']],
  ['rust', ['Cargo.toml']],
  ['java', ['pom.xml', 'build.gradle']],
  ['ruby', ['Gemfile']],
  ['php', ['composer.json']],
];

/** Tags of a component, from its files. */
export const tagsOf = (files: readonly string[]): string[] =>
  languages.filter(([, marks]) => marks.some((mark) => files.includes(mark))).map(([tag]) => tag);

/** A catalog-info.yaml for what was found. */
export function proposeCatalogInfo({ files, manifest }: Findings, wanted: Wanted): string {
  const tags = tagsOf(files);
  const documented = ['mkdocs.yml', 'docs/index.md', 'docs/README.md'].some((file) => files.includes(file));
  const description = wanted.description ?? manifest?.description;
  return stringify(
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: wanted.name,
        ...(description === undefined ? {} : { description }),
        ...(documented ? { annotations: { 'backstage.io/techdocs-ref': 'dir:.' } } : {}),
        ...(tags.length === 0 ? {} : { tags }),
      },
      spec: {
        type: wanted.type,
        lifecycle: wanted.lifecycle,
        owner: short(wanted.owner, 'group'),
        ...(wanted.system === undefined ? {} : { system: short(wanted.system, 'system') }),
      },
    },
    { lineWidth: 0 },
  );
}

/** A reference as people write it where its kind is expected. */
function short(text: string, expected: string): string {
  const { kind, namespace, name } = parseRef(text);
  const place = namespace === 'default' ? name : `${namespace}/${name}`;
  return kind === expected ? place : `${kind}:${namespace}/${name}`;
}
