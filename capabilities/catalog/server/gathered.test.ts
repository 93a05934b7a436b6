import { expect, test } from 'vitest';
import { gathered } from './gathered.ts';

const loader = () => {
  const loads: string[][] = [];
  const ask = gathered(async (keys) => {
    loads.push([...keys]);
    if (keys.includes('bad')) throw new Error('The database is away.');
    return new Map(keys.filter((key) => key !== 'missing').map((key) => [key, key.toUpperCase()]));
  });
  return { loads, ask };
};

test('keys asked for together are loaded together, each once', async () => {
  const { loads, ask } = loader();
  expect(await Promise.all([ask('a'), ask('b'), ask('a'), ask('missing')])).toEqual(['A', 'B', 'A', undefined]);
  expect(loads).toEqual([['a', 'b', 'missing']]);
});

test('a key asked for later is loaded anew', async () => {
  const { loads, ask } = loader();
  await ask('a');
  await ask('a');
  expect(loads).toEqual([['a'], ['a']]);
});

test('a key that comes while others are loaded waits for the next load', async () => {
  const loads: string[][] = [];
  const later: Promise<unknown>[] = [];
  const ask = gathered(async (keys) => {
    loads.push([...keys]);
    if (loads.length === 1) later.push(ask('b'));
    return new Map(keys.map((key) => [key, key]));
  });
  expect(await ask('a')).toBe('a');
  expect(await later[0]).toBe('b');
  expect(loads).toEqual([['a'], ['b']]);
});

test('a load that fails fails for those who asked, and for nobody after them', async () => {
  const { ask } = loader();
  const answers = await Promise.allSettled([ask('a'), ask('bad')]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await ask('a')).toBe('A');
});
