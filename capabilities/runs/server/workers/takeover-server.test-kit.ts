/**
 * A server with runs only, started by takeover.db.test.ts and killed there.
 * Says `ready`; each step appends what it does to the file EFFECTS; DIE_AT names the step in which the process kills itself.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { audit } from '@paved/audit';
import { systemActor } from '@paved/kernel';
import { die, mortalServer, setting } from '@paved/testing';
import { runs } from '../../index.ts';
import { runsCapability } from '../index.ts';

const note = (text: string): void => appendFileSync(setting('EFFECTS'), `${text}\n`);

const platform = await mortalServer({
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
        if (setting('DIE_AT') === String(n)) die();
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
process.stdout.write('ready\n');
