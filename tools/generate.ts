import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withReferencePlatform } from './reference/platform.ts';
import { generatedFiles } from './reference/pages.ts';
import { root } from './setup.mjs';

/** Names of files to write; all without any: `npm run generate client` writes only what has "client" in its path. */
const wanted = process.argv.slice(2);

await withReferencePlatform(async (platform) => {
  for (const [file, text] of await generatedFiles(platform)) {
    if (wanted.length > 0 && !wanted.some((word) => file.includes(word))) continue;
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
    console.log(file);
  }
});
process.exit(0);
