/**
 * Everything the environment can set, checked once at start. A wrong value stops the process with a sentence.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
export function readSettings(environment) {
  return {
    service: '${{ values.name }}',
    host: environment.HOST ?? '0.0.0.0',
    port: wholeNumber(environment, 'PORT', 8080),
    logLevel: environment.LOG_LEVEL ?? 'info',
    /** Jobs worked on at the same time. */
    concurrency: wholeNumber(environment, 'CONCURRENCY', 2),
    /** How long an empty queue is left alone before the next look. */
    pollMs: wholeNumber(environment, 'POLL_MS', 1_000),
    /** Tries of one job before it is set aside. */
    maxAttempts: wholeNumber(environment, 'MAX_ATTEMPTS', 5),
    /** A job that takes longer is taken from its worker. */
    jobTimeoutMs: wholeNumber(environment, 'JOB_TIMEOUT_MS', 60_000),
    database: {
      host: required(environment, 'PGHOST'),
      port: wholeNumber(environment, 'PGPORT', 5432),
      user: required(environment, 'PGUSER'),
      password: environment.PGPASSWORD,
      database: required(environment, 'PGDATABASE'),
      max: wholeNumber(environment, 'PGPOOL_SIZE', 5),
    },
  };
}

function required(environment, name) {
  const text = environment[name];
  if (!text) throw new Error(`${name} is not set; score.yaml wires it from the database resource.`);
  return text;
}

function wholeNumber(environment, name, otherwise) {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} is "${text}"; it must be a whole number.`);
  return value;
}
