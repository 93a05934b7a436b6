export { type ImportLine, type ImportOutcome } from './model/import-line.ts';
