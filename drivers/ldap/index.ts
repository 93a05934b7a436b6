export { readDirectory } from './directory.ts';
