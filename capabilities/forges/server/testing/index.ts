export { connectForgeForTests } from './connect.ts';
export { forgeConformance, type ConformanceCase } from './conformance.ts';
export { startFakeForge, type FakeForge, type FakeReply, type FakeRequest, type Handle } from './fake-server.ts';
export { createWorld, historyOf, type World, type WorldRepository } from './world.ts';
