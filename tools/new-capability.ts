import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

const [what, name] = process.argv.slice(2);

if (what !== 'capability' || name === undefined || !/^[a-z][a-z0-9]*$/.test(name)) {
  console.error('Call it as: npm run new capability <name>, the name in lower-case letters and digits.');
  process.exit(2);
}
const folder = path.join(root, 'capabilities', name);
if (existsSync(folder)) {
  console.error(`capabilities/${name} is there already.`);
  process.exit(1);
}

const Service = name[0]?.toUpperCase() + name.slice(1);
const rootManifest = JSON.parse(readFileSync(path.join(root, 'capabilities/delivery/package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const versionOf = (dependency: string): string => rootManifest.dependencies[dependency] ?? '0.1.0';

const files: Record<string, string> = {
  'package.json': `${JSON.stringify(
    {
      name: `@paved/${name}`,
      version: '0.1.0',
      private: true,
      type: 'module',
      license: 'Apache-2.0',
      exports: { '.': './index.ts', './server': './server/index.ts' },
      dependencies: Object.fromEntries(['@paved/host', '@paved/kernel', 'zod'].map((dependency) => [dependency, versionOf(dependency)])),
    },
    null,
    2,
  )}\n`,
  'README.md': `# ${name}\n\nWhat this capability does, in one sentence.\n\n- **Noun**: what it is.\n\nDeliberately not here: what somebody might look for.\n`,
  'index.ts': `import { serviceRef } from '@paved/kernel';

/** What others may ask of ${name}. */
export interface ${Service} {
  /** Whether it works; replace by the first real question. */
  status(): Promise<'ready'>;
}

export const ${name} = serviceRef<${Service}>('${name}');
`,
  'server/index.ts': `import { defineCapability } from '@paved/host';
import { ${name}, type ${Service} } from '../index.ts';
import { addRoutes } from './routes.ts';

/** What ${name} does on the server. */
export const ${name}Capability = defineCapability({
  name: '${name}',
  provides: ${name},
  permissions: [{ name: '${name}.status.read', description: 'See whether ${name} works.', role: 'viewer' }],
  create() {
    const service: ${Service} = { status: async () => 'ready' };
    return { service, routes: (app) => addRoutes(app, service) };
  },
});
`,
  'server/routes.ts': `import { z } from 'zod';
import type { App } from '@paved/host';
import type { ${Service} } from '../index.ts';

/** \`/api/${name}\`. */
export function addRoutes(app: App, service: ${Service}): void {
  app.get(
    '/api/${name}/status',
    { schema: { operationId: 'get${Service}Status', tags: ['${name}'], summary: 'Whether ${name} works', response: { 200: z.object({ status: z.literal('ready') }) } }, config: { permission: '${name}.status.read' } },
    async () => ({ status: await service.status() }),
  );
}
`,
  [`server/${name}.db.test.ts`]: `import { expect, test } from 'vitest';
import { testPlatform } from '@paved/testing';
import { ${name}Capability } from './index.ts';

test('${name} answers', async () => {
  await using paved = await testPlatform({ capabilities: [${name}Capability] });
  expect((await paved.request('GET', '/api/${name}/status')).json).toEqual({ status: 'ready' });
});
`,
};

for (const [file, text] of Object.entries(files)) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

/** Adds the capability to the composition root, in both lists. */
function compose(): void {
  const file = path.join(root, 'apps/server/compose.ts');
  const text = readFileSync(file, 'utf8')
    .replace(/^(import { createPlatform)/m, `import { ${name}Capability } from '@paved/${name}/server';\n$1`)
    .replace(/(\n {6}templatesCapability,\n)/, `$1      ${name}Capability,\n`);
  writeFileSync(file, text);
  const manifestFile = path.join(root, 'apps/server/package.json');
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as { dependencies: Record<string, string> };
  manifest.dependencies[`@paved/${name}`] = '0.1.0';
  manifest.dependencies = Object.fromEntries(Object.entries(manifest.dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
}

compose();
execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
execFileSync(path.join(root, 'node_modules/.bin/oxfmt'), [folder, path.join(root, 'apps/server/compose.ts')], {
  cwd: root,
  stdio: 'ignore',
});
console.log(`capabilities/${name} is there and part of the server. Next: npm run check`);
