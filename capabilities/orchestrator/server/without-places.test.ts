import { expect, test } from 'vitest';
import { withoutPlaces } from './without-places.ts';

test('artifacts are told by their digest, files of the data directory by their name there', () => {
  const plan = {
    inputs: {
      artifact: { digest: 'sha256:00', type: 'archive', location: '/var/paved/pipelines/artifacts/00' },
      volumes: [{ source: '/var/paved/orchestrator/volume/r_1' }, { source: '/srv/shared' }],
      location: 'a variable of somebody',
    },
    reasons: ['source: "/var/paved/orchestrator/volume/r_0" → "/var/paved/orchestrator/volume/r_1"'],
    at: null,
  };
  expect(withoutPlaces(plan, '/var/paved/')).toEqual({
    inputs: {
      artifact: { digest: 'sha256:00', type: 'archive' },
      volumes: [{ source: 'orchestrator/volume/r_1' }, { source: '/srv/shared' }],
      location: 'a variable of somebody',
    },
    reasons: ['source: "orchestrator/volume/r_0" → "orchestrator/volume/r_1"'],
    at: null,
  });
});
