import { describe, expect, it } from 'vitest';
import { iconDrawing } from './icon-drawing.ts';

describe('the lines of an icon', () => {
  it('are path data, without the empty field', async () => {
    const lines = await iconDrawing('table');
    expect(lines?.length).toBeGreaterThan(1);
    for (const line of lines ?? []) expect(line).toMatch(/^M[\d .\-a-zA-Z]+$/);
    expect(lines).not.toContain('M0 0h24v24H0z');
  });
  it('are not there for names that no icon has, or that lead elsewhere', async () => {
    expect(await iconDrawing('no-such-icon-at-all')).toBeUndefined();
    expect(await iconDrawing('../filled/table')).toBeUndefined();
    expect(await iconDrawing('')).toBeUndefined();
  });
});
