import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects garbage now and hands the pages back to the system. After work that needed much for a short time (a large sync, the
 * start) V8 would keep them for as long as nothing else wants memory. Takes some 50 to 200 ms; call it when nobody waits.
 */
export function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (() => void) | undefined;
  setFlagsFromString('--no-expose-gc');
  collect?.();
}
