import { describe, expect, test, vi } from 'vitest';
import { PavedError } from '@paved/kernel';
import { testCli } from '@paved/testing';
import { bench, score, shop, type Bench } from '../server/platform.test-kit.ts';
import { register } from './index.ts';

/** Runs commands; each gives what it printed. */
function cliOf(b: Bench): { run(...words: string[]): Promise<string> } {
  const command = testCli({ server: b.platform.baseUrl(), register });
  return { run: async (...words) => (await command(...words)).text };
}

describe('paved', () => {
  test('deploys what was built, shows plans with their reasons, rolls back, promotes', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    await b.ship('1.1.0');
    const { run } = cliOf(b);
    expect(await run('plan', 'shop', '--rollback', '--explain')).toContain('version: 1.1.0 → 1.0.0');
    const back = await run('rollback', 'shop');
    expect(back).toContain('Update the workload');
    expect(back).toContain('version: 1.0.0');
    expect(back).toContain('url: http://shop.dev.localhost:7480/');
    expect(await run('promote', 'shop', '--to', 'staging')).toContain('environment: staging');
    expect(await run('env', 'board')).toBe('shop | 1.0.0 healthy | 1.0.0 healthy | ');
    expect(await run('open', 'shop')).toBe('url: http://shop.dev.localhost:7480/');
    expect(await run('env', 'list')).toContain('dev | Dev | development |  | 1 healthy');
  });

  test('a failed deployment ends with its sentence', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    b.flag('fail-workload', true);
    await b.deploy('1.1.0', { score: score() }).then(({ id }) => b.settled(id));
    const { run } = cliOf(b);
    await expect(run('deploy', 'shop')).rejects.toThrow(PavedError);
    await expect(run('deploy', 'shop')).rejects.toThrow('cannot make a workload today');
  });

  test('sets, lists and removes variables; secrets stay sealed', async () => {
    await using b = await bench();
    const { run } = cliOf(b);
    await run('env', 'set', 'shop', 'LEVEL=debug=1');
    await run('env', 'set', 'shop', 'KEY=hidden', '--secret');
    const listed = await run('env', 'vars', shop);
    expect(listed).toMatch(/dev \| KEY \| secret, version 1 \|.*\ndev \| LEVEL \| debug=1 \|/);
    expect(listed).not.toContain('hidden');
    await run('env', 'unset', 'shop', 'KEY', 'LEVEL');
    expect(await run('env', 'vars', 'shop')).toMatch(/^shop has none\./);
    // A mistake leaves nothing half done.
    await expect(run('env', 'set', 'shop', 'A=1', 'B', 'C')).rejects.toMatchObject({
      message: '"B" and "C" have no value.',
      fix: 'Write B=value.',
    });
    expect(await run('env', 'vars', 'shop')).toMatch(/^shop has none\./);
  });

  test('prints logs', async () => {
    await using b = await bench();
    await b.ship('1.0.0');
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await cliOf(b).run('logs', 'shop');
      expect(written.mock.calls.map(([text]) => text)).toContain('a  hello\n');
    } finally {
      written.mockRestore();
    }
  });
});
