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
export { testDatabase, type TestDatabase } from './test-database.ts';
export { testActor, testPlatform, type TestPlatform, type TestPlatformOptions, type TestResponse } from './test-platform.ts';
