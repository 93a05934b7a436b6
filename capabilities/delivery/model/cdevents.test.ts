import { expect, test } from 'vitest';
import { cdEventType, toCdEvent } from './cdevents.ts';

test('a fact becomes a CDEvents document with context, subject and our joins', () => {
  const event = toCdEvent(
    {
      id: 'd1',
      type: cdEventType('service.deployed'),
      subjectId: 'component:default/checkout',
      content: { environment: { id: 'dev' }, artifactId: 'pkg:generic/checkout@1' },
      environment: 'dev',
      at: '2026-01-01T00:00:00.000Z',
    },
    'http://paved.test',
  );
  expect(event).toEqual({
    context: {
      specversion: '0.5.0',
      id: 'd1',
      source: 'http://paved.test',
      type: 'dev.cdevents.service.deployed.0.3.0',
      timestamp: '2026-01-01T00:00:00.000Z',
    },
    subject: { id: 'component:default/checkout', content: { environment: { id: 'dev' }, artifactId: 'pkg:generic/checkout@1' } },
    customData: { environment: 'dev' },
  });
});
