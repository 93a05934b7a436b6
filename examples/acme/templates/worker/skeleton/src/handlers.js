/**
 * What the worker does: one function for each kind of job. A job may run twice (a worker can die after the work and
 * before the note), so each must have the same effect when it is repeated.
 *
 * @type {Record<string, (payload: any, context: { log: import('pino').Logger, signal: AbortSignal }) => Promise<void>>}
 */
export const handlers = {
  async greet({ name }, { log }) {
    log.info(`Hello ${name}.`);
  },
};
