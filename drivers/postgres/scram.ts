import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own default. */
const ITERATIONS = 4096;

/**
 * A SCRAM-SHA-256 verifier (RFC 5803 as PostgreSQL writes it). CREATE ROLE takes it instead of a password, so that the clear one reaches
 * neither the server's log nor its write-ahead log. The password must be ASCII (no SASLprep): ours is base64url.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  if (!/^[\w-]+$/.test(password)) throw new Error('Only base64url passwords are supported.');
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
