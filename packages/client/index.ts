export { createApiClient, type ApiClient, type ApiClientOptions } from './api-client.ts';
export { type CliContext, type Column, type OutputFormat, type Progress, type Tone } from './cli-context.ts';
export { type StreamEvent } from './events.ts';
export { followRun, pause, succeeded, took } from './follow-run.ts';
export { addressOf, call, type Operation, type Wanted, type WantedArguments } from './operation.ts';
export { ApiError, type Problem } from './problem.ts';
export { createSseParser } from './sse-parser.ts';
export { contentOf, createSend, createTransport, withQuery, type Query } from './transport.ts';
// One function for each operation of the OpenAPI document, and the types of what goes in and comes out.
export * from './generated/sdk.gen.ts';
export type * from './generated/types.gen.ts';
