import { pino } from 'pino';

/** JSON lines on stdout. */
export const createLog = (settings) =>
  pino({
    level: settings.logLevel,
    messageKey: 'message',
    base: { service: settings.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
