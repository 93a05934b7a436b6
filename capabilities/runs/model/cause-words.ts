import type { Cause } from '../index.ts';

/** Why something started, in words. */
export const causeWords: Readonly<Record<Cause['type'], string>> = {
  user: 'by hand',
  push: 'a push',
  pull_request: 'a pull request',
  schedule: 'the schedule',
  run: 'another run',
  system: 'Paved itself',
};
