import { createHash } from 'node:crypto';

/** PostgreSQL's identifiers hold 63 bytes. */
const LONGEST = 63;

/**
 * Name of the database and of its role: readable, and the same for the same resource for ever. `name` is a suggestion for people; the digest
 * of the uid makes it unique, so that a name is never taken over from another resource.
 */
export function databaseName(name: string, uid: string): string {
  const digest = createHash('sha256').update(uid).digest('hex').slice(0, 10);
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .replace(/^(?=\d)/, 'd')
    .slice(0, LONGEST - digest.length - 1);
  return `${readable === '' ? 'db' : readable}_${digest}`;
}

/** A quoted identifier. Only names made by `databaseName` get here; anything else is a defect. */
export function quoted(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error('An identifier was not made by databaseName.');
  return `"${name}"`;
}
