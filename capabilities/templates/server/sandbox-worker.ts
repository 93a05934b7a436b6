import { parentPort } from 'node:worker_threads';
import { messageOf, type Json, type JsonObject, type Problem } from '@paved/kernel';
import { ExpressionError, renderTexts, renderValue, type TextOptions } from './expression-engine.ts';
import { checkValues } from './values-engine.ts';

/** One piece of work for the sandbox; everything in it may be hostile. */
export type SandboxJob =
  | { readonly type: 'value'; readonly value: Json; readonly context: JsonObject; readonly failed: boolean }
  | {
      readonly type: 'texts';
      readonly sources: readonly { name: string; text: string }[];
      readonly context: JsonObject;
      readonly options: TextOptions;
    }
  | { readonly type: 'check'; readonly schemas: readonly JsonObject[]; readonly values: JsonObject };

export type SandboxAnswer =
  | { readonly ok: true; readonly result: Json | undefined | readonly string[] | readonly Problem[] }
  | { readonly ok: false; readonly at: string; readonly message: string; readonly limit: boolean };

function run(job: SandboxJob): SandboxAnswer {
  try {
    switch (job.type) {
      case 'value':
        return { ok: true, result: renderValue(job.value, job.context, job.failed) };
      case 'texts':
        return { ok: true, result: renderTexts(job.sources, job.context, job.options) };
      case 'check':
        return { ok: true, result: checkValues(job.schemas, job.values) };
    }
  } catch (error) {
    return error instanceof ExpressionError
      ? { ok: false, at: error.at, message: error.message, limit: error.limit }
      : { ok: false, at: '', message: messageOf(error), limit: false };
  }
}

parentPort?.postMessage('ready');
parentPort?.on('message', (job: SandboxJob) => parentPort?.postMessage(run(job)));
