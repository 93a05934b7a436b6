import { describe, expect, it } from 'vitest';
import { trustOf, type TrustFacts } from './trust.ts';

const day = 86_400_000;
const now = 1_780_272_000_000;
const ago = (days: number): number => now - days * day;
const facts = (more: Partial<TrustFacts>): TrustFacts => ({
  ownerRefs: ['group:default/a'],
  everyMs: 180 * day,
  patienceMs: 30 * day,
  now,
  ...more,
});
const said = (verdict: 'confirmed' | 'disowned', days: number, ownerRef = 'group:default/a') => ({
  last: { verdict, ownerRef, by: 'Mira', at: ago(days) },
});

describe('trust', () => {
  it.each([
    ['never asked', {}, 'due'],
    ['asked lately', { askedAt: ago(10) }, 'due'],
    ['asked long ago', { askedAt: ago(31) }, 'overdue'],
    ['confirmed lately', said('confirmed', 10), 'confirmed'],
    ['confirmed long ago', said('confirmed', 181), 'due'],
    ['confirmed after it was asked', { ...said('confirmed', 10), askedAt: ago(60) }, 'confirmed'],
    ['confirmed long ago, asked after that', { ...said('confirmed', 300), askedAt: ago(40) }, 'overdue'],
    ['confirmed by somebody who owned it before', said('confirmed', 10, 'group:default/b'), 'due'],
    ['given back', said('disowned', 400), 'disowned'],
    ['given back by the owner before', said('disowned', 1, 'group:default/b'), 'due'],
    ['nobody is asked', { everyMs: 0 }, 'off'],
  ] as const)('%s: %s', (_title, more, state) => {
    expect(trustOf(facts(more)).state).toBe(state);
  });
});
