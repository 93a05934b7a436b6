import { LineCounter } from 'yaml';
import { describe, expect, it } from 'vitest';
import { composeYaml } from './compose-yaml.ts';

const read = (text: string) => composeYaml(text, new LineCounter());
const N = 60_000;

describe('composeYaml', () => {
  it('answers the first error and the document around it', () => {
    const { document, problem } = read('kind: Component\nmetadata: {name: a}\nspec: {a: [1, 2\n');
    expect(problem?.code).toBeTruthy();
    expect(document?.getIn(['metadata', 'name'])).toBe('a');
    expect(read('a: 1\nb: 2\na: 3').problem).toMatchObject({ code: 'DUPLICATE_KEY', offset: 10 });
    expect(read('a: [{b: {c: 1, c: 2}}]').problem).toMatchObject({ code: 'DUPLICATE_KEY', offset: 15 });
    expect(read('1: x\n"1": y').problem).toBeUndefined();
  });

  // Each of these took minutes, or hundreds of megabytes: an error object for each, or each key compared with every other.
  it.each([
    ['brackets at the end of a node', `a: {x: b${'[],'.repeat(N)}}`],
    ['closing brackets', ']'.repeat(N)],
    ['keys in a flow', `a: {${Array.from({ length: N }, (_, i) => `k${i}`).join(', ')}}`],
    ['anchors', `a: ${'&a '.repeat(N)}`],
    ['texts side by side', `a: ${'"a" '.repeat(N)}`],
    ['colons', 'a: b: '.repeat(N)],
    ['unknown tags', `a:\n${'  - !!foo x\n'.repeat(N / 10)}`],
  ])('reads many %s in bounded time', (_what, text) => {
    const cpu = process.cpuUsage();
    read(text);
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1e6).toBeLessThan(8);
  });
});
