export { ApiError, createApiClient, type ApiClient, type ApiClientOptions, type Query, type StreamEvent } from './api-client.ts';
export { type CliContext, type Column, type OutputFormat, type Progress } from './cli-context.ts';
export { isProblem, type Problem } from './problem.ts';
