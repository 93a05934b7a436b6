import type { Findings } from './findings.ts';
import { wordsOf } from './words.ts';

/** How a service is started, and where that was found. */
export type Start =
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly found: string }
  | { readonly kind: 'static'; readonly folder: string; readonly found: string };

/** The start command of what was found; undefined when nothing says how it is started. */
export function startOf({ files, manifest, procfile, dockerfile }: Findings): Start | undefined {
  const packages = manifest?.packages ?? [];
  if (procfile !== undefined) return { kind: 'command', command: commandOf(procfile, packages), found: 'Procfile' };
  if (manifest?.start !== undefined) {
    return { kind: 'command', command: commandOf(manifest.start, packages), found: 'the start script of package.json' };
  }
  const [program, ...args] = dockerfile?.command ?? [];
  // A program by its path exists only inside the image.
  if (program !== undefined && !program.includes('/')) {
    return { kind: 'command', command: commandOf(program, packages).concat(args), found: 'the Dockerfile' };
  }
  const entry = [manifest?.main, 'server.js', 'index.js'].find((path) => path !== undefined && files.includes(path));
  if (manifest !== undefined && entry !== undefined) return { kind: 'command', command: ['node', entry], found: entry };
  const page = ['index.html', 'public/index.html', 'dist/index.html'].find((path) => files.includes(path));
  if (page !== undefined) return { kind: 'static', folder: page === 'index.html' ? '.' : page.replace(/\/index\.html$/, ''), found: page };
  return undefined;
}

/** Programs of packages are started by Node itself, so that they are found without npm; what needs a shell gets one. */
function commandOf(line: string, packages: readonly string[]): string[] {
  const words = wordsOf(line);
  const [program = '', ...args] = words ?? [];
  if (words === undefined) return ['sh', '-c', `PATH="$PWD/node_modules/.bin:$PATH"; ${line}`];
  return packages.includes(program) ? ['node', `node_modules/.bin/${program}`, ...args] : words;
}
