export { connectForgeForTests } from './connect.ts';
export { forgeConformance, type ConformanceCase } from './conformance.ts';
export { namesBelow, pageOf, startFakeForge, type FakeForge, type FakeReply, type FakeRequest, type Handle } from './fake-server.ts';
export { createWorld, historyOf, resolveIn, type World, type WorldRepository } from './world.ts';
export { signatureTools } from '../webhooks/signature-tools.ts';
