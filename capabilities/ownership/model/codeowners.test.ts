import { expect, it } from 'vitest';
import { parseCodeOwners, ruleFor } from './codeowners.ts';

const rules = parseCodeOwners(`# everything
*                 @acme/platform
/api/             @acme/playback mira@acme.example  # inline
docs/**           @acme/docs
/api/secret\\ notes/ @jon
/unowned/
[Media] @acme/media
/media/*.ts
`);

it('reads lines with their owners, comments left out, sections inherited', () => {
  expect(rules.map(({ line, pattern, owners }) => [line, pattern, owners])).toEqual([
    [2, '*', ['@acme/platform']],
    [3, '/api/', ['@acme/playback', 'mira@acme.example']],
    [4, 'docs/**', ['@acme/docs']],
    [5, '/api/secret notes/', ['@jon']],
    [6, '/unowned/', []],
    [8, '/media/*.ts', ['@acme/media']],
  ]);
});

it.each([
  ['', 2],
  ['src/main.ts', 2],
  ['api', 3],
  ['api/v1', 3],
  ['docs/guide.md', 4],
  ['api/secret notes', 5],
  ['unowned/thing', 6],
  ['media/player.ts', 8],
])('the last line that matches %j decides: line %i', (path, line) => {
  expect(ruleFor(rules, path)?.line).toBe(line);
});

it('says nothing where no line matches', () => {
  expect(ruleFor(parseCodeOwners('/api/ @acme/playback\n'), 'web')).toBeUndefined();
  expect(parseCodeOwners('')).toEqual([]);
});
