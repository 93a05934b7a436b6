import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Found } from './source-file.ts';

/** Reads as somebody without rights: the superuser may read everything, so it goes on as nobody. */
function readByNobody(how: 'readFiles' | 'readFolder', target: string): Found {
  const code = `import { ${how} } from ${JSON.stringify(path.join(import.meta.dirname, 'local-files.ts'))};
    process.stdout.write(JSON.stringify(await ${how}(${JSON.stringify(target)})));`;
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
    ...asNobody,
  });
  return JSON.parse(said) as Found;
}

it('what its account may not read is told by file and folder, and hides nothing else', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'paved-closed-'));
  for (const name of ['open', 'file', 'folder']) {
    mkdirSync(path.join(root, name));
    writeFileSync(path.join(root, name, 'catalog-info.yaml'), `metadata: {name: ${name}}\n`);
  }
  chmodSync(root, 0o755);
  chmodSync(path.join(root, 'file/catalog-info.yaml'), 0);
  chmodSync(path.join(root, 'folder'), 0);
  const fix = 'Give that account the right to read it.';
  const expected = [
    {
      target: `${root}/file/catalog-info.yaml`,
      unreadable: { message: `${root}/file/catalog-info.yaml may not be read by the account that the server runs as.`, fix },
    },
    {
      target: `${root}/folder/`,
      unreadable: { message: `${root}/folder/ may not be read by the account that the server runs as.`, fix, below: true },
    },
    { target: `${root}/open/catalog-info.yaml`, text: 'metadata: {name: open}\n' },
  ];
  expect(readByNobody('readFolder', root).files).toMatchObject(expected);
  expect(readByNobody('readFiles', `${root}/*/catalog-info.yaml`).files).toMatchObject(expected);
  // A pattern that cannot match below a folder does not look into it.
  expect(readByNobody('readFiles', `${root}/open/*.yaml`).files).toHaveLength(1);
  writeFileSync(path.join(root, 'top.yaml'), 'metadata: {name: top}\n');
  expect(readByNobody('readFiles', `${root}/*.yaml`).files).toMatchObject([{ target: `${root}/top.yaml` }]);
  chmodSync(path.join(root, 'folder'), 0o755);
  rmSync(root, { recursive: true });
});
