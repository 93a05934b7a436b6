#!/usr/bin/env node
// The `paved` command. JavaScript, because an older Node starts it; everything else runs under Node 24.
process.argv.splice(2, 0, 'cli');
await import('../tools/run.mjs');
