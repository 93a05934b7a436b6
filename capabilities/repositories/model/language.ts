const byName: Readonly<Record<string, string>> = {
  dockerfile: 'dockerfile',
  makefile: 'makefile',
  'cmakelists.txt': 'cmake',
  gemfile: 'ruby',
  jenkinsfile: 'groovy',
};

const byExtension: Readonly<Record<string, string>> = {
  ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'typescript', js: 'javascript', mjs: 'javascript', cjs: 'javascript', jsx: 'javascript',
  json: 'json', yaml: 'yaml', yml: 'yaml', md: 'markdown', html: 'html', htm: 'html', css: 'css', scss: 'scss', sql: 'sql', sh: 'bash', bash: 'bash',
  py: 'python', go: 'go', rs: 'rust', java: 'java', kt: 'kotlin', rb: 'ruby', php: 'php', cs: 'csharp', c: 'c', h: 'c', cpp: 'cpp', hpp: 'cpp', swift: 'swift',
  scala: 'scala', tf: 'hcl', hcl: 'hcl', toml: 'ini', ini: 'ini', xml: 'xml', svg: 'xml', proto: 'protobuf', graphql: 'graphql', gradle: 'groovy', lua: 'lua', r: 'r', diff: 'diff', patch: 'diff',
}; // prettier-ignore

/** The language of a file by its name, as highlighters call it; undefined when unknown. */
export function languageOf(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const dot = name.lastIndexOf('.');
  return byName[name] ?? (dot < 0 ? undefined : byExtension[name.slice(dot + 1)]);
}
