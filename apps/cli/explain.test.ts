import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { ApiError } from '@paved/client';
import { PavedError } from '@paved/kernel';
import { explain, exitCodes, type Circumstances } from './explain.ts';

function said(error: unknown, circumstances: Partial<Circumstances> = {}): { code: number; lines: string[] } {
  const lines: string[] = [];
  const code = explain(error, {
    format: 'table',
    interrupted: false,
    tokenFrom: 'sign-in',
    write: (line) => void lines.push(line),
    ...circumstances,
  });
  return { code, lines };
}
const refusal = (status: number, code: string, fix?: string): ApiError =>
  new ApiError({ title: 'No', status, code, detail: 'It was refused.', requestId: 'r', ...(fix === undefined ? {} : { fix }) });

test('what went wrong, how to fix it, and an exit code that scripts can tell apart', () => {
  expect(said(refusal(404, 'not_found', 'Look in the list.'))).toEqual({
    code: exitCodes.notFound,
    lines: ['It was refused.', 'Look in the list.'],
  });
  expect(said(refusal(403, 'forbidden')).code).toBe(exitCodes.forbidden);
  expect(said(refusal(409, 'conflict')).code).toBe(exitCodes.failed);
  // What a command finds out by itself ends like what the server says.
  expect(said(new PavedError('not_found', 'There is none.')).code).toBe(exitCodes.notFound);
  expect(said(new PavedError('cancelled', 'It was cancelled.')).code).toBe(exitCodes.failed);
  expect(said(new Error('Broken.'))).toEqual({ code: exitCodes.failed, lines: ['Broken.'] });
});

test('a refused token is told from a missing sign-in', () => {
  expect(said(refusal(401, 'unauthenticated'))).toEqual({
    code: exitCodes.unauthenticated,
    lines: ['It was refused.', 'Sign in with: paved login'],
  });
  expect(said(refusal(401, 'unauthenticated'), { tokenFrom: 'PAVED_TOKEN' }).lines[1]).toContain('PAVED_TOKEN');
});

test('scripts read one document in the format they asked for, whatever failed', () => {
  const problems = [{ at: 'name', message: 'It is empty.' }];
  const { lines } = said(new PavedError('invalid', 'No name.', { fix: 'Give one.', problems }), { format: 'json' });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ code: 'invalid', detail: 'No name.', fix: 'Give one.', problems }]);
  expect(said(new Error('Broken.'), { format: 'yaml' }).lines).toEqual(['code: internal\ndetail: Broken.']);
});

test('Ctrl-C ends with 130 and says only what goes on elsewhere', () => {
  expect(said(refusal(0, 'offline'), { interrupted: true })).toEqual({ code: exitCodes.interrupted, lines: [] });
  expect(said(new PavedError('cancelled', 'Interrupted; the run goes on.', { fix: 'Look.' }), { interrupted: true })).toEqual({
    code: exitCodes.interrupted,
    lines: ['Interrupted; the run goes on.\nLook.'],
  });
});

test('Ctrl-C at a question ends with 130, an answer of no does not', () => {
  const nothing = (facts: object) => said(new PavedError('cancelled', 'Nothing was created.', { facts: { ...facts } }));
  expect(nothing({ interrupted: true })).toEqual({ code: exitCodes.interrupted, lines: ['Nothing was created.'] });
  expect(nothing({})).toEqual({ code: exitCodes.failed, lines: ['Nothing was created.'] });
});

test('a wrong call was explained where it was noticed', () => {
  expect(said(new CommanderError(1, 'commander.unknownOption', 'x'))).toEqual({ code: exitCodes.usage, lines: [] });
  expect(said(new CommanderError(0, 'commander.helpDisplayed', 'x'))).toEqual({ code: exitCodes.done, lines: [] });
});
