export { composePlatform } from './compose.ts';
export { configFromArguments, stopOnSignal, up } from './up.ts';
