import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { testPlatform } from '@paved/testing';
import { facts } from '../index.ts';
import { cdEventType } from '../model/cdevents.ts';
import { deliveryCapability } from './index.ts';

const deployed = {
  id: 'x1',
  type: cdEventType('service.deployed'),
  subjectId: 'checkout',
  content: { environment: { id: 'dev' } },
  entityRef: 'component:default/checkout',
  environment: 'dev',
  at: '2026-01-01T00:00:00.000Z',
};

test('a fact told twice is kept once, and is read back as CDEvents', async () => {
  await using paved = await testPlatform({ capabilities: [deliveryCapability] });
  const service = paved.service(facts);
  await service.append([deployed]);
  await service.append([deployed, { ...deployed, id: 'x2', at: '2026-01-02T00:00:00.000Z' }]);
  const { json } = await paved.request('GET', '/api/delivery/facts?entity=component:default/checkout');
  expect(json.items.map((item: { context: { id: string } }) => item.context.id)).toEqual(['x2', 'x1']);
});

test('facts cannot be changed or removed', async () => {
  await using paved = await testPlatform({ capabilities: [deliveryCapability] });
  await paved.service(facts).append([deployed]);
  await expect(sql`update delivery.fact set type = 'x'`.execute(paved.platform.db)).rejects.toThrow(/append-only/);
  await expect(sql`delete from delivery.fact`.execute(paved.platform.db)).rejects.toThrow(/append-only/);
  await expect(sql`truncate delivery.fact`.execute(paved.platform.db)).rejects.toThrow(/append-only/);
});
