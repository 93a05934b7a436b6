import { enableCompileCache } from 'node:module';
import os from 'node:os';
import path from 'node:path';

// Imports are most of a warm start: compiled code is kept between starts.
enableCompileCache(path.join(os.tmpdir(), `paved-compile-cache-${process.getuid?.() ?? 0}`));
const { up } = await import('./up.ts');
await up(process.argv.slice(2));
