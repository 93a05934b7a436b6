/**
 * A server with runs only, started by takeover.db.test.ts and killed there.
 * Says `ready`; each step appends what it does to the file EFFECTS; DIE_AT names the step in which the process kills itself.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { configSchema, createLogger, createPlatform } from '@paved/host';
import { systemActor } from '@paved/kernel';
import { runs } from '../../index.ts';
import { runsCapability } from '../index.ts';

const setting = (name: string): string => process.env[name] ?? '';
const note = (text: string): void => appendFileSync(setting('EFFECTS'), `${text}\n`);

const platform = await createPlatform({
  config: configSchema.parse({
    data: { directory: setting('DATA'), minimumFreeMb: 0 },
    database: { url: setting('DATABASE_URL'), poolSize: 5 },
  }),
  log: createLogger({ level: process.env['PAVED_TEST_LOG'] ?? 'silent' }),
  version: '0.0.0-test',
  capabilities: [runsCapability],
  provide: [[audit, { record: async () => {}, verify: async () => ({ entries: 0 }) }]],
});
const service = platform.service(runs);
service.define({
  kind: 'test.five',
  input: z.object({ slow: z.array(z.number()).default([]) }),
  title: () => 'Five steps',
  undo: process.env['UNDO'] === 'yes',
  async execute(run) {
    let sum = 0;
    for (const n of [1, 2, 3, 4, 5]) {
      const undo = async (): Promise<void> => note(`undone ${run.id} ${n}`);
      sum += await run.step(`step-${n}`, { undo }, async (step) => {
        note(`begin ${run.id} ${n}`);
        step.log(`working on ${n}\n`);
        if (run.input.slow.includes(n)) await sleep(3_000);
        if (setting('DIE_AT') === String(n)) process.kill(process.pid, 'SIGKILL');
        note(`done ${run.id} ${n}`);
        return n;
      });
    }
    return sum;
  },
});
if (process.env['START'] !== undefined) {
  await service.start({ kind: 'test.five', input: JSON.parse(setting('START')), actor: systemActor, cause: { type: 'system' } });
}
process.on('SIGTERM', () => void platform.stop().then(() => process.exit(0)));
process.stdout.write('ready\n');
