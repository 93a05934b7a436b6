import { expect, it } from 'vitest';
import { byTier, rankOf, TIER_MARKS, tierOf } from './tier.ts';

it('reads the ways people write how much something matters', () => {
  expect(['1', 'T2', 'tier-3', 'Tier 0', 'p1', 'tier_2'].map(rankOf)).toEqual([1, 2, 3, 0, 1, 2]);
  expect(['Critical', 'mission critical', 'HIGH', 'bronze', 'gold'].map(rankOf)).toEqual([1, 1, 2, 4, 2]);
  expect(['web', '', 'constructor', 'frontend-1'].map(rankOf)).toEqual([undefined, undefined, undefined, undefined]);
});

it('knows labels and annotations by the last part of their key', () => {
  const mark = new RegExp(TIER_MARKS);
  for (const key of ['metadata.labels.tier', 'metadata.annotations.acme.com/tier', 'metadata.annotations.acme.com/business-criticality'])
    expect(mark.test(key), key).toBe(true);
  for (const key of ['metadata.labels.frontier', 'metadata.tags.tier', 'metadata.labels.tier.name'])
    expect(mark.test(key), key).toBe(false);
});

it('takes what the catalog computes before what the document says, and that before marks', () => {
  const label = { key: 'metadata.labels.tier', value: 'low' };
  expect(tierOf([label, { key: 'spec.tier', value: '2' }, { key: 'computed.tier', value: '1' }])).toEqual({ tier: '1', tierRank: 1 });
  expect(tierOf([label, { key: 'spec.criticality', value: 'vital' }])).toEqual({ tier: 'vital' });
  expect(tierOf([])).toBeUndefined();
});

it('puts the worst first', () => {
  const tiers = [undefined, { tier: 'vital' }, { tier: '3', tierRank: 3 }, { tier: 'critical', tierRank: 1 }];
  expect(tiers.toSorted(byTier)).toEqual([{ tier: 'critical', tierRank: 1 }, { tier: '3', tierRank: 3 }, { tier: 'vital' }, undefined]);
});
