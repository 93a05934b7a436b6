import { createSandboxRunner } from './runner.ts';

export { createSandboxRunner, type SandboxOptions } from './runner.ts';
export { isolationKinds, probeIsolation, type Isolation, type IsolationKind } from './isolation.ts';

/** A runner that finds the data directory above each command's folder by itself. */
export const sandboxRunner = createSandboxRunner();
