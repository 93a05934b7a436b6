/**
 * Everything the environment can set, checked once at start. A wrong value stops the process with a sentence
 * instead of failing later at the first request.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
export function readSettings(environment) {
  return {
    service: '${{ values.name }}',
    host: environment.HOST ?? '0.0.0.0',
    port: wholeNumber(environment, 'PORT', 8080),
    logLevel: environment.LOG_LEVEL ?? 'info',
    /** Requests in flight get this long to end after a stop signal. */
    stopTimeoutMs: wholeNumber(environment, 'STOP_TIMEOUT_MS', 10_000),
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
