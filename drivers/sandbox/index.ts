import { createSandboxRunner } from './runner.ts';

export { giveFolder, openWay } from './hand-over.ts';

export { createSandboxRunner, type SandboxOptions } from './runner.ts';
export { environmentScript, wrapperEnvironment } from './launch.ts';
export { quote } from './mounts.ts';
export { hasUsers, lockFolder } from './sandbox-user.ts';
export { toolFolders, viewScript } from './view.ts';
export { isolationKinds, probeIsolation, probeKind, type Isolation, type IsolationKind } from './isolation.ts';

/** A runner that finds the data directory above each command's folder by itself. */
export const sandboxRunner = createSandboxRunner();
