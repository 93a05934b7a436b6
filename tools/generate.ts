import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withReferencePlatform } from './reference/platform.ts';
import { referencePages } from './reference/pages.ts';
import { root } from './setup.mjs';

const folder = path.join(root, 'docs/reference');
mkdirSync(folder, { recursive: true });
await withReferencePlatform(async (platform) => {
  for (const [file, text] of await referencePages(platform)) {
    writeFileSync(path.join(folder, file), text);
    console.log(`docs/reference/${file}`);
  }
});
process.exit(0);
