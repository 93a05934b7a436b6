import { expect, test } from 'vitest';
import { scanForSecrets } from './secret-scan.ts';

test('finds credentials by form, with file and line, and never repeats them', () => {
  const aws = `AKIA${'ABCDEFGHIJKLMNOP'}`;
  const findings = scanForSecrets('a.env', ['x=1', `KEY=${aws}`, 'DATABASE=postgresql://app:S3cr3tS3cr3t@db/app'].join('\n'));
  expect(findings).toEqual([
    { file: 'a.env', line: 2, rule: 'AWS access key' },
    { file: 'a.env', line: 3, rule: 'password in a connection string' },
  ]);
  expect(JSON.stringify(findings)).not.toContain(aws);
});

test('placeholders, examples and allowed lines pass', () => {
  const text = [
    'postgresql://user:${PASSWORD}@host/db',
    'postgresql://postgres:postgres@localhost/test',
    `-----BEGIN PRIVATE KEY----- # paved:allow-secret`,
  ].join('\n');
  expect(scanForSecrets('b', text)).toEqual([]);
});
