export { testDatabase, type TestDatabase } from './test-database.ts';
export { testActor, testPlatform, type TestPlatform, type TestPlatformOptions, type TestResponse } from './test-platform.ts';
