import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { clientDefaultConfig, createClient, definePluginConfig, type UserConfig } from '@hey-api/openapi-ts';

/** Where the generated functions send: our own transport, named as the generated folder sees it. */
const transport = definePluginConfig({
  name: '../transport.ts',
  tags: ['client'],
  dependencies: ['@hey-api/typescript'],
  config: { ...clientDefaultConfig, bundle: false } as object,
  handler: () => {},
});

/** The files of `packages/client/generated` by name: a function for each operation of the OpenAPI document, and their types. */
export async function clientFiles(openApi: object): Promise<Map<string, string>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-client-'));
  try {
    const config: UserConfig = {
      input: structuredClone(openApi) as Record<string, unknown>,
      output: { path: folder, module: { extension: '.ts' }, entryFile: false },
      // Schemas that no operation mentions would be dead code.
      parser: { filters: { orphans: false } },
      logs: { level: 'silent', file: false },
      plugins: ['@hey-api/typescript', transport() as never, { name: '@hey-api/sdk', client: false, auth: false }],
    };
    await createClient(config);
    return new Map(readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
