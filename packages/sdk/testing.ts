/** Whole platforms with a throw-away database, for the tests of a capability. */
export {
  testActor,
  testDatabase,
  testPlatform,
  type TestDatabase,
  type TestPlatform,
  type TestPlatformOptions,
  type TestResponse,
} from '@paved/testing';
