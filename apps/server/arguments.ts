import { parseArgs } from 'node:util';
import { loadConfig, type LoadedConfig } from '@paved/host';

/** Options of `paved up` and `npm start`. */
export function configFromArguments(args: readonly string[]): LoadedConfig {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: { data: { type: 'string' }, port: { type: 'string' }, config: { type: 'string' }, host: { type: 'string' } },
  });
  return loadConfig({
    ...(values.config === undefined ? {} : { file: values.config }),
    environment: process.env,
    flags: {
      'data.directory': { flag: '--data', value: values.data },
      'server.port': { flag: '--port', value: values.port === undefined ? undefined : Number(values.port) },
      'server.host': { flag: '--host', value: values.host },
    },
  });
}
