import { enableCompileCache } from 'node:module';
import os from 'node:os';
import path from 'node:path';

enableCompileCache(path.join(os.tmpdir(), `paved-compile-cache-${process.getuid?.() ?? 0}`));
const { runCli } = await import('./cli.ts');
process.exitCode = await runCli(process.argv.slice(2));
