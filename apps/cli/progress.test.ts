import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';
import { widthOf } from './table.ts';

/** What a terminal shows after all that was written: understands "up n lines", "clear the line", carriage return. */
function screenOf(written: string): string[] {
  const rows: string[] = [''];
  let row = 0;
  for (const part of written.replaceAll('\u001b', 'ESC').split(/(ESC\[\d*[A-Z]|\n|\r)/)) {
    const up = /^ESC\[(\d+)A$/.exec(part);
    if (up !== null) row -= Number(up[1]);
    else if (part === '\n') {
      row += 1;
      rows[row] ??= '';
    } else if (part === 'ESC[2K') rows[row] = '';
    else if (part !== '\r') rows[row] += part;
  }
  return rows.slice(0, -1);
}

function recorded(options: { animated: boolean; silent?: boolean; columns?: number }) {
  let written = '';
  const progress = createProgress({
    animated: options.animated,
    silent: options.silent ?? false,
    write: (text) => (written += text),
    width: () => options.columns ?? 80,
    colours: false,
  });
  return { progress, written: () => written };
}

test('elsewhere than at a terminal each change is a line', () => {
  const { progress, written } = recorded({ animated: false });
  progress.step('a', 'Build');
  progress.step('a', 'Build');
  progress.done('a', 'Build', 1200);
  progress.failed('b', 'Test', 10);
  progress.end();
  expect(written().split('\n')).toEqual(['… Build', '✓ Build (1.2 s)', '✗ Test (0.0 s)', '']);
});

test('at a terminal each step keeps one line, which is drawn over', () => {
  const { progress, written } = recorded({ animated: true });
  progress.step('a', 'Build');
  progress.step('b', 'Test');
  progress.done('a', 'Build', 1200);
  progress.done('b', 'Test', 300);
  progress.step('c', 'Deploy');
  progress.done('c', 'Deploy', 100);
  progress.end();
  expect(screenOf(written())).toEqual(['✓ Build  1.2 s', '✓ Test  0.3 s', '✓ Deploy  0.1 s']);
});

test('what is over is left alone: more steps than rows scroll by, none is written again', () => {
  const { progress, written } = recorded({ animated: true });
  for (let i = 0; i < 100; i++) {
    progress.step(`${i}`, `Step ${i}`);
    progress.done(`${i}`, `Step ${i}`, 0);
  }
  progress.end();
  const ups = written()
    .split('\u001b')
    .filter((part) => part.startsWith('[') && part.split('\r')[0]?.endsWith('A') === true);
  expect(new Set(ups.map((part) => part.split('\r')[0]))).toEqual(new Set(['[1A']));
  expect(screenOf(written())).toHaveLength(100);
});

test('a line never takes two rows of a narrow terminal', () => {
  const { progress, written } = recorded({ animated: true, columns: 30 });
  progress.failed('a', 'Build, test and deploy to dev: it did not answer within sixty seconds', 61_000);
  progress.end();
  for (const line of screenOf(written())) expect(widthOf(line)).toBeLessThan(30);
});

test('a terminal that does not know its size gets whole lines', () => {
  const { progress, written } = recorded({ animated: true, columns: 0 });
  progress.done('a', 'Build, test and deploy to dev', 100);
  progress.end();
  expect(screenOf(written())).toEqual(['✓ Build, test and deploy to dev  0.1 s']);
});

test('scripts that asked for JSON see none of it', () => {
  const { progress, written } = recorded({ animated: false, silent: true });
  progress.step('a', 'Build');
  progress.note('Something');
  progress.end();
  expect(written()).toBe('');
});
