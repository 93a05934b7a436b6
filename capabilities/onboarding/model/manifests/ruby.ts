import type { ManifestFacts } from '../read-manifest.ts';

/** A Gemfile: what an application stands on. */
export const gemfile = (source: string): ManifestFacts => ({
  language: 'ruby',
  dependencies: [...source.matchAll(/^\s*gem\s*\(?\s*['"]([\w.-]+)['"]/gm)].map((match) => match[1] ?? ''),
});

/** A gem's own description. */
export function gemspec(source: string): ManifestFacts {
  const field = (name: string): string | undefined => new RegExp(`\\.${name}\\s*=\\s*['"]([^'"#]+)['"]`).exec(source)?.[1];
  const [name, description, version] = [field('name'), field('summary') ?? field('description'), field('version')];
  return {
    language: 'ruby',
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(version === undefined ? {} : { version }),
    dependencies: [...source.matchAll(/\.add_(?:runtime_)?dependency\s*\(?\s*['"]([\w.-]+)['"]/g)].map((match) => match[1] ?? ''),
  };
}
