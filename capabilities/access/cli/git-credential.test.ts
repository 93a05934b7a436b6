import { expect, it } from 'vitest';
import { answerFor } from './git-credential.ts';

const servers = { 'http://127.0.0.1:7420': { token: 'secret' } };

it('answers for the server it knows', () => {
  expect(answerFor(servers, 'protocol=http\nhost=127.0.0.1:7420\npath=git/x.git\n\n')).toBe('username=paved\npassword=secret\n');
});

it('stays silent for others, other ports and other protocols', () => {
  for (const request of [
    'protocol=https\nhost=127.0.0.1:7420\n',
    'protocol=http\nhost=127.0.0.1:1\n',
    'protocol=http\nhost=evil.example\n',
    '',
  ]) {
    expect(answerFor(servers, request)).toBeUndefined();
  }
});
