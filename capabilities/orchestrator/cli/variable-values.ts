import { text } from 'node:stream/consumers';
import type { CliContext } from '@paved/client';
import { PavedError } from '@paved/kernel';

/**
 * Reads `NAME=value` and `NAME`. A name alone gets its value from the environment (secrets only, so that it is in no shell history),
 * from the person at the terminal, who does not see a secret while typing, or from standard input when one name stands alone.
 */
export async function valuesOf(
  cli: CliContext,
  assignments: readonly string[],
  secret: boolean,
): Promise<{ name: string; value: string }[]> {
  const given = assignments.map((assignment) => {
    const cut = assignment.indexOf('=');
    if (cut >= 0) return { name: assignment.slice(0, cut), value: assignment.slice(cut + 1) };
    return { name: assignment, value: secret ? process.env[assignment] : undefined };
  });
  const missing = given.filter(({ value }) => value === undefined).map(({ name }) => name);
  const [first] = missing;
  if (first === undefined) return given.map(({ name, value }) => ({ name, value: value ?? '' }));
  const found = new Map<string, string>();
  if (cli.interactive) for (const name of missing) found.set(name, await cli.ask(name, { hidden: secret }));
  else if (missing.length > 1 || process.stdin.isTTY === true)
    throw new PavedError(
      'invalid',
      `${missing.map((name) => `"${name}"`).join(' and ')} ${missing.length > 1 ? 'have' : 'has'} no value.`,
      {
        fix: `Write ${first}=value${secret ? `, or export ${first} first` : ''}.`,
      },
    );
  else {
    const read = (await text(process.stdin)).replace(/\r?\n$/, '');
    if (read === '')
      throw new PavedError('invalid', `"${first}" has no value.`, {
        fix: `Write ${first}=value, or send the value by standard input${secret ? `, or export ${first} first` : ''}.`,
      });
    found.set(first, read);
  }
  return given.map(({ name, value }) => ({ name, value: value ?? found.get(name) ?? '' }));
}
