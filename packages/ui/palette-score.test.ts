import { describe, expect, test } from 'vitest';
import { paletteScore } from './palette-score.ts';

const ranked = (query: string, labels: readonly string[]): string[] =>
  labels
    .flatMap((label) => {
      const score = paletteScore(label, query);
      return score === undefined ? [] : [{ label, score }];
    })
    .toSorted((a, b) => a.score - b.score)
    .map(({ label }) => label);

describe('What the palette finds', () => {
  test('the start of a word comes before its inside, and that before mere letters', () => {
    expect(ranked('run', ['Prune', 'Open a run', 'Runs', 'Rapid unit'])).toEqual(['Runs', 'Open a run', 'Prune']);
    expect(ranked('stag', ['Postage', 'staging'])).toEqual(['staging', 'Postage']);
  });

  test('letters left out or forgotten still find a name', () => {
    expect(ranked('cncrt', ['concert-alerts', 'checkout'])).toEqual(['concert-alerts']);
    expect(ranked('playbak', ['playback-api', 'player'])).toEqual(['playback-api']);
    expect(paletteScore('Change the register of teams', 'cert')).toBeUndefined();
  });

  test('every word has to be found, in any order', () => {
    expect(paletteScore('Roll back checkout in dev', 'dev roll')).toBeDefined();
    expect(paletteScore('Roll back checkout in dev', 'roll staging')).toBeUndefined();
  });

  test('other words find it too, behind its own', () => {
    expect(paletteScore('Use the dark look', 'theme', 'theme night')).toBeDefined();
    expect(paletteScore('Theme', 'theme') ?? 99).toBeLessThan(paletteScore('Use the dark look', 'theme', 'theme night') ?? 0);
  });

  test('what is called exactly so is first', () => {
    expect(ranked('api', ['api-gateway', 'API', 'billing-api'])).toEqual(['API', 'api-gateway', 'billing-api']);
    expect(paletteScore('checkout', '')).toBe(0);
  });
});
