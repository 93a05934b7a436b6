import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { audit, type Audit } from '@paved/audit';
import { testActor, testPlatform } from '@paved/testing';
import { runs } from '../index.ts';
import { runsCapability } from './index.ts';

const quietAudit: Audit = { record: async () => {}, verify: async () => ({ entries: 0 }) };
const start = () => testPlatform({ capabilities: [runsCapability], provide: [[audit, quietAudit]] });

describe('runs', () => {
  it('carries out a run step by step and keeps its result', async () => {
    await using platform = await start();
    const service = platform.service(runs);
    const answer = await platform.request('POST', '/api/runs?wait=5', { body: { kind: 'runs.noop', input: {} } });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ status: 'succeeded', output: { steps: 5 }, attempt: 1 });
    expect(answer.json.steps.map((s: { status: string }) => s.status)).toEqual(Array(5).fill('succeeded'));
    expect(await service.get(answer.json.id)).toEqual(answer.json);
  });
});
