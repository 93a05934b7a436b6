import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { environmentName, loadConfig, type Platform } from '@paved/host';
import { errorStatuses } from '@paved/host';
import { createProgram } from '@paved/cli';
import { clientFiles } from './client.ts';
import { root } from '../setup.mjs';
import { page, table } from './markdown.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly 'x-permission'?: string;
  readonly security?: readonly unknown[];
}

/** Every generated file by its path from the root, from a composed platform: the reference, and the client. */
export async function generatedFiles(platform: Platform): Promise<Map<string, string>> {
  await platform.app.ready();
  const openApi = platform.app.swagger() as { paths?: Record<string, Record<string, Operation>> };
  const pages: (readonly [string, string])[] = [
    ['openapi.json', `${JSON.stringify(openApi, null, 2)}\n`],
    ['http.md', httpPage(openApi.paths ?? {})],
    ['permissions.md', permissionsPage(platform)],
    ['settings.md', settingsPage()],
    ['commands.md', commandsPage()],
    ['errors.md', errorsPage()],
    ['events.md', await eventsPage()],
  ];
  const client = [...(await clientFiles(openApi))];
  return new Map([
    ...pages.map(([file, text]) => [`docs/reference/${file}`, text] as const),
    ...client.map(([file, text]) => [`packages/client/generated/${file}`, text] as const),
  ]);
}

function httpPage(paths: Record<string, Record<string, Operation>>): string {
  const byTag = new Map<string, string[][]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const needs = operation['x-permission'] ?? (operation.security?.length === 0 ? 'nothing' : 'to be signed in');
      const tag = operation.tags?.[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), [method.toUpperCase(), `\`${path}\``, operation.summary ?? '', needs]]);
    }
  }
  const sections = [...byTag]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, rows]) => `## ${tag}\n\n${table(['method', 'path', 'what', 'needs'], rows)}`);
  return page(
    'HTTP API',
    'Every route of the server. Shapes are in [openapi.json](openapi.json) and, readable, at `/api/reference` of a running server.',
    sections.join('\n\n'),
  );
}

function permissionsPage(platform: Platform): string {
  const rows = platform.permissions
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, role, owner }) => [`\`${name}\``, description, role, owner ?? '']);
  return page(
    'Permissions',
    'A permission is held everywhere by actors of its role and above; by actors of the owner’s role on what they own through their groups.',
    table(['permission', 'allows', 'role', 'owners from'], rows),
  );
}

function settingsPage(): string {
  const rows = loadConfig({ environment: {}, file: '/dev/null' }).sources.map(({ key, value, secret, description }) => [
    `\`${key}\``,
    `\`${environmentName(key)}\``,
    secret || value === undefined || key === 'data.directory' ? '' : `\`${JSON.stringify(value)}\``,
    description,
  ]);
  return page(
    'Settings',
    'In `paved.yaml`, the environment, or by flag (`--data`, `--port`, `--host`); flags win over the environment, that over the file. `DATABASE_URL` also sets `database.url`.',
    table(['setting', 'environment', 'default', 'meaning'], rows),
  );
}

function commandsPage(): string {
  const { program } = createProgram(new AbortController().signal);
  const lines: string[] = [];
  const visit = (command: Command, path: string): void => {
    for (const child of command.commands) {
      const full = `${path} ${child.name()}`;
      const usage = child.registeredArguments
        .map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`))
        .join(' ');
      if (child.commands.length === 0) lines.push(`## \`${`${full} ${usage}`.trim()}\`\n\n${child.description()}`, ...optionsOf(child));
      visit(child, full);
    }
  };
  visit(program, 'paved');
  return page(
    'Commands',
    'Every command also takes `-o table|json|yaml` and `--server <url>`. Exit codes: 0 done, 1 failed, 2 called wrongly, 3 not signed in, 4 not allowed, 5 not found, 130 interrupted.',
    lines.join('\n\n'),
  );
}

function optionsOf(command: Command): string[] {
  const own = command.options.filter((option) => !['--output', '--server'].includes(option.long ?? ''));
  return own.length === 0
    ? []
    : [
        table(
          ['option', 'meaning'],
          own.map((option) => [`\`${option.flags}\``, option.description]),
        ),
      ];
}

function errorsPage(): string {
  return page(
    'Errors',
    'Problem details (RFC 9457) with a stable `code`, one sentence in `detail`, what to do in `fix`, and Backstage’s `error: { name, message }` beside them.',
    table(
      ['code', 'status', 'title', 'Backstage name'],
      errorStatuses().map(({ code, status, title, backstage }) => [`\`${code}\``, String(status), title, backstage]),
    ),
  );
}

/** Event types are the exported names of contracts that look like `capability.noun.verb`. */
async function eventsPage(): Promise<string> {
  const folder = path.join(root, 'capabilities');
  const contracts = await Promise.all(
    readdirSync(folder)
      .filter((name) => existsSync(path.join(folder, name, 'index.ts')))
      .toSorted()
      .map((name) => import(pathToFileURL(path.join(folder, name, 'index.ts')).href)),
  );
  const types = contracts.flatMap((contract) =>
    Object.values(contract as Record<string, unknown>).filter(
      (value): value is string => typeof value === 'string' && /^[a-z]+\.[a-z_]+\.[a-z_]+$/.test(value),
    ),
  );
  return page(
    'Events',
    'What `GET /api/events` streams. Follow exact types, prefixes such as `runs.*`, or `*`; the shape of `data` is described beside each constant in the capability’s contract (`capabilities/<name>/index.ts`).',
    types
      .toSorted()
      .map((type) => `- \`${type}\``)
      .join('\n'),
  );
}
