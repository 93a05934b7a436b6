import { execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { removeFolder, temporaryFolder } from '@paved/testing';
import { root } from '../tools/setup.mjs';
import { figure, type Benchmark } from './benchmark.ts';

export const benchmark: Benchmark = {
  description: '`npm run demo` on a fresh clone (cold: dependencies, portal, platform, service) and once more.',
  async run(say) {
    const folder = temporaryFolder();
    const clone = path.join(folder, 'paved');
    try {
      execFileSync('git', ['clone', '--quiet', root, clone]);
      const cold = await demo(clone);
      say(`cold: ${cold.toFixed(1)} s`);
      const again = await demo(clone);
      say(`again: ${again.toFixed(1)} s`);
      rmSync(path.join(clone, '.paved-demo'), { recursive: true, force: true });
      const created = await demo(clone);
      say(`set up, new data: ${created.toFixed(1)} s`);
      return { cold_s: figure(cold), again_s: figure(again), new_data_s: figure(created) };
    } finally {
      removeFolder(folder);
    }
  },
};

/** Seconds until the demo has walked the path; `--once` ends it there. */
function demo(clone: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    // As a person would: npm from the PATH, none of this process's own settings.
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && !name.startsWith('PAVED_')),
    );
    const child = spawn('npm', ['run', 'demo', '--', '--once', '--port', '0'], {
      cwd: clone,
      env: { ...environment, PAVED_SERVER_INGRESS_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let seconds = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      if (/Paved is ready at/.test(chunk.toString())) seconds = (performance.now() - started) / 1000;
    });
    child.once('exit', (code) => (code === 0 && seconds > 0 ? resolve(seconds) : reject(new Error(`The demo ended with code ${code}.`))));
  });
}
