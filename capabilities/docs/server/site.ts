import { parse } from 'yaml';
import { PavedError } from '@paved/kernel';
import { firstPage, navigationFromFiles, navigationOf, readMkDocs, type MkDocs, type NavigationItem } from '../model/navigation.ts';
import { folderOf } from '../model/page-path.ts';
import type { DocsSource } from './source.ts';

/** A documentation site: its name, contents and first page. */
export interface Site {
  readonly name: string | undefined;
  readonly navigation: NavigationItem[];
  readonly home: string;
  /** A sentence when the `mkdocs.yml` could not be used; the pages are shown all the same. */
  readonly problem?: string;
}

const configNames = ['mkdocs.yml', 'mkdocs.yaml'];
const MAX_INCLUDES = 50;

/** Reads a site: the contents of `mkdocs.yml` when there are any, else the pages below `docs/`, else the README. */
export async function readSite(source: DocsSource): Promise<Site> {
  const files = await source.list();
  const exists = new Set(files);
  const configFile = configNames.find((name) => exists.has(name));
  const { config, problem } =
    configFile === undefined ? { config: readMkDocs(undefined), problem: undefined } : await readConfig(source, configFile);
  const written = navigationOf(config, '', { exists: (p) => exists.has(p), included: await includes(source, config, exists) });
  const navigation = written.length > 0 ? written : navigationFromFiles(files, config.docsFolder);
  const readme = files.find((f) => /^readme\.(md|markdown)$/i.test(f));
  if (navigation.length === 0 && readme !== undefined) navigation.push({ title: 'README', path: readme });
  const home = [`${config.docsFolder}/index.md`, `${config.docsFolder}/README.md`].find((p) => exists.has(p)) ?? firstPage(navigation);
  if (home === undefined)
    throw new PavedError('not_found', 'There is no documentation yet.', {
      fix: 'Add docs/index.md: what it is, how to run it, how to get help.',
    });
  return { name: config.siteName, navigation, home, ...(problem === undefined ? {} : { problem }) };
}

async function readConfig(source: DocsSource, file: string): Promise<{ config: MkDocs; problem?: string }> {
  const text = (await source.text(file)) ?? '';
  try {
    return { config: readMkDocs(parse(text, { logLevel: 'silent', maxAliasCount: 100 }), folderOf(file)) };
  } catch (error) {
    return {
      config: readMkDocs(undefined, folderOf(file)),
      problem: `${file} is not YAML: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`,
    };
  }
}

/** The contents of every `mkdocs.yml` that the contents include (the monorepo plugin), one level deep. */
async function includes(
  source: DocsSource,
  config: MkDocs,
  exists: ReadonlySet<string>,
): Promise<(path: string) => NavigationItem[] | undefined> {
  const found = new Map<string, NavigationItem[]>();
  const wanted = [...JSON.stringify(config.nav ?? []).matchAll(/!include\s+([^"\\]+)/g)].map((m) =>
    (m[1] ?? '').trim().replace(/^\.\//, ''),
  );
  for (const file of wanted.slice(0, MAX_INCLUDES)) {
    if (!exists.has(file)) continue;
    const { config: inner } = await readConfig(source, file);
    const navigation = navigationOf(inner, folderOf(file), { exists: (p) => exists.has(p) });
    found.set(file, navigation.length > 0 ? navigation : navigationFromFiles([...exists], inner.docsFolder));
  }
  return (path) => found.get(path);
}
