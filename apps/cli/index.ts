export { createProgress } from './progress.ts';
