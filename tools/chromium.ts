import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium for browser tests: found, or installed with apt when that is possible; else the reason why there is none. */
export function findChromium(say: (text: string) => void): { path: string } | { missing: string } {
  const given = process.env['PAVED_CHROMIUM'];
  if (given !== undefined) return existsSync(given) ? { path: given } : { missing: `PAVED_CHROMIUM names ${given}, which is not there` };
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return { path: found };
  if (process.getuid?.() !== 0) return { missing: 'no Chromium is installed, and installing one needs root' };
  if (spawnSync('apt-get', ['--version']).status !== 0)
    return { missing: 'no Chromium is installed, and there is no apt-get to install one' };
  say('Installing Chromium for the browser tests (apt-get) …');
  try {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env: environment, timeout: 300_000 });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
      env: environment,
      timeout: 600_000,
    });
  } catch {
    return { missing: 'apt-get could not install Chromium' };
  }
  return existsSync('/usr/bin/chromium') ? { path: '/usr/bin/chromium' } : { missing: 'apt-get installed no /usr/bin/chromium' };
}
