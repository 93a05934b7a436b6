import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { audit, type Audit } from '@paved/audit';
import { testPlatform, type TestPlatform, type TestPlatformOptions } from '@paved/testing';
import { runs } from '@paved/runs';
import { fakeRuns } from './fake-runs.test-kit.ts';
import { catalogCapability } from './index.ts';

export const fakeAudit: Audit = { record: async () => {}, verify: async () => ({ entries: 0 }) };

/** A platform with only the catalog; runs are carried out in place. */
export const catalogPlatform = (options: Partial<TestPlatformOptions> = {}): Promise<TestPlatform> =>
  testPlatform({
    ...options,
    capabilities: [catalogCapability, ...(options.capabilities ?? [])],
    provide: [
      [audit, fakeAudit],
      [runs, fakeRuns()],
    ],
  });

/** A folder with these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-catalog-'));
  write(folder, files);
  return folder;
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

export const component = (name: string, more: { owner?: string; spec?: string; metadata?: string } = {}): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\n${more.metadata ?? ''}spec:\n  type: service\n  lifecycle: production\n  owner: ${more.owner ?? 'team-a'}\n${more.spec ?? ''}`;
