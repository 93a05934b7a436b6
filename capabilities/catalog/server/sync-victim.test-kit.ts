import { testPlatform } from '@paved/testing';
import { audit } from '@paved/audit';
import { runs } from '@paved/runs';
import { catalog } from '../index.ts';
import { fakeRuns } from './fake-runs.test-kit.ts';
import { catalogCapability } from './index.ts';
import { fakeAudit } from './platform.test-kit.ts';

/** A process of its own that reads a location and is killed meanwhile: `node … <databaseUrl> <dataDir> <folder>`. */
const [databaseUrl = '', dataDir = '', folder = ''] = process.argv.slice(2);
const platform = await testPlatform({
  capabilities: [catalogCapability],
  provide: [
    [audit, fakeAudit],
    [runs, fakeRuns()],
  ],
  beside: { databaseUrl, dataDir },
});
process.stdout.write('ready\n');
await platform.service(catalog).refresh({ type: 'directory', target: folder });
process.stdout.write('done\n');
process.exit(0);
