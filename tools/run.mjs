// npm scripts start here: set up what is missing, then run the wanted program under Node 24.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findNode, installDependencies, fail, root } from './setup.mjs';

const programs = {
  up: 'apps/server/main.ts',
  cli: 'apps/cli/main.ts',
  demo: 'tools/demo.ts',
  setup: 'tools/prepare.ts',
  check: 'tools/check.ts',
  test: 'tools/test.ts',
  bench: 'bench/main.ts',
  new: 'tools/new-capability.ts',
  generate: 'tools/generate.ts',
};

const [word = '', ...rest] = process.argv.slice(2);
const program = programs[word] ?? fail(`Unknown word "${word}". Known: ${Object.keys(programs).join(', ')}.`);
installDependencies(console.error);
const node = findNode();
const main = path.join(root, program);
// V8's linear engine catches catastrophic regular expressions, ours and those in templates and policies.
const flags = ['--enable-experimental-regexp-engine-on-excessive-backtracks', '--disable-warning=ExperimentalWarning'];
// glibc would keep what a large sync or a start once needed: with fixed thresholds it hands it back to the system.
const allocator = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };
const environment = { ...allocator, ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };

if (node === process.execPath && flags.every((flag) => process.execArgv.includes(flag))) {
  process.argv = [process.argv[0], main, ...rest];
  await import(pathToFileURL(main).href);
} else {
  const child = spawn(node, [...flags, main, ...rest], { stdio: 'inherit', env: environment });
  // Ctrl-C reaches the child through the terminal; a signal sent to this process alone must be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    process.exit(code ?? 1);
  });
}
