export { die, mortal, mortalCapability, mortalServer, setting } from './mortal-server.ts';
export { mortalServers, type MortalServers } from './mortal-servers.ts';
export {
  cpuMs,
  localToken,
  postgresPids,
  processTree,
  pssMb,
  removeFolder,
  startServer,
  temporaryFolder,
  type ServerOptions,
  type ServerProcess,
} from './server-process.ts';
export { testCli, type CliOutput, type TestCliOptions } from './test-cli.ts';
export { testDatabase, type TestDatabase } from './test-database.ts';
export { testActor, testPlatform, type TestPlatform, type TestPlatformOptions, type TestResponse } from './test-platform.ts';
