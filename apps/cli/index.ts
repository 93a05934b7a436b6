export { createProgram } from './cli.ts';
export { createProgress } from './progress.ts';
