// Run by tests as a server process of its own: makes a driver on argv[2] and applies the input in argv[3].
import { readFileSync } from 'node:fs';
import type { DriverInput } from '@paved/orchestrator';
import { createProcessDriver } from './index.ts';
import { quick, testCall, testContext } from './bench.test-kit.ts';

const [, , folder = '', inputFile] = process.argv;
const driver = await createProcessDriver({ limits: { ...quick, readyMs: 60_000 } })(testContext(folder));
const result =
  inputFile === undefined ? {} : await driver.apply(JSON.parse(readFileSync(inputFile, 'utf8')) as DriverInput, undefined, testCall);
console.log(JSON.stringify(result));
setInterval(() => {}, 1_000);
