/**
 * Everything the environment can set, checked once at start. A wrong value stops the process with a sentence.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
export function readSettings(environment) {
  return {
    service: '${{ values.name }}',
    logLevel: environment.LOG_LEVEL ?? 'info',
    /** Work on this day instead of yesterday, for catching up: 2026-11-21. */
    day: day(environment, 'DAY'),
    database: {
      host: required(environment, 'PGHOST'),
      port: wholeNumber(environment, 'PGPORT', 5432),
      user: required(environment, 'PGUSER'),
      password: environment.PGPASSWORD,
      database: required(environment, 'PGDATABASE'),
      max: 2,
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

function day(environment, name) {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) throw new Error(`${name} is "${text}"; write it as 2026-11-21.`);
  return text;
}
