import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder, removeFolder } from '@paved/testing';
import { expect, test } from 'vitest';
import { sharedBuffersMb, tableBytes } from './shared-buffers.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

test.each([
  ['nothing yet', 0, 16 * GB, 48],
  ['ten thousand entities', 100 * MB, 16 * GB, 48],
  ['a million', 9.4 * GB, 24 * GB, 512],
  ['in between', 1.5 * GB, 16 * GB, 96],
  ['a million on a small machine', 9.4 * GB, 2 * GB, 256],
  ['the least, however small the machine', 9.4 * GB, 256 * MB, 48],
])('the page cache for %s', (_, data, memory, expected) => {
  expect(sharedBuffersMb(data, memory)).toBe(expected);
});

test('the size of the data is that of the files below base', () => {
  const cluster = temporaryFolder();
  try {
    expect(tableBytes(cluster)).toBe(0);
    mkdirSync(path.join(cluster, 'base', '5'), { recursive: true });
    writeFileSync(path.join(cluster, 'base', '5', '1259'), Buffer.alloc(8192));
    writeFileSync(path.join(cluster, 'base', '5', '1249'), Buffer.alloc(16384));
    writeFileSync(path.join(cluster, 'PG_VERSION'), '18');
    expect(tableBytes(cluster)).toBe(24576);
  } finally {
    removeFolder(cluster);
  }
});
