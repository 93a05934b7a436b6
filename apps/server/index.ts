export { configFromArguments } from './arguments.ts';
export { composePlatform } from './compose.ts';
export { stopOnSignal, up } from './up.ts';
