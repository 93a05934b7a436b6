import { canonicalJson, type Actor } from '@paved/kernel';

/** A change as it is hashed and kept: digests instead of states, facts without secrets. */
export interface RecordedEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly actor: {
    readonly ref: string;
    readonly displayName: string;
    readonly role: Actor['role'];
    readonly door: Actor['door'];
    readonly token?: string;
  };
  readonly action: string;
  readonly subject: string;
  readonly cause?: string;
  /** SHA-256 (hex) of the canonical JSON of the state before and after. */
  readonly before?: string;
  readonly after?: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One change, as the caller knows it. */
export interface AuditEntry {
  readonly actor: Actor;
  /** `<capability>.<noun>.<verb>`, for example `orchestrator.deployment.create`. */
  readonly action: string;
  /** What was changed: an entity ref, a repository slug, a run id. */
  readonly subject: string;
  /** What led to it: a run id, a request id, an event id. */
  readonly cause?: string;
  /** State before and after; only SHA-256 digests of their canonical JSON are kept. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** Small, secret-free facts for people (names, versions, environments). */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Turns a change into what is written down. `digest` is SHA-256 as hex. */
export function recordedEntry(change: AuditEntry, at: Date, digest: (text: string) => string): RecordedEntry {
  const { actor } = change;
  return {
    at: at.toISOString(),
    actor: {
      ref: actor.ref,
      displayName: actor.displayName,
      role: actor.role,
      door: actor.door,
      ...(actor.token === undefined ? {} : { token: actor.token }),
    },
    action: change.action,
    subject: change.subject,
    ...(change.cause === undefined ? {} : { cause: change.cause }),
    ...(change.before === undefined ? {} : { before: digest(canonicalJson(change.before)) }),
    ...(change.after === undefined ? {} : { after: digest(canonicalJson(change.after)) }),
    facts: withoutSecrets(change.facts ?? {}),
  };
}

const MASK = '••••';
const secretName = /pass(word|phrase)|secret|token$|api.?key|private.?key|authorization|cookie|credential|connection.?string/i;
const secretText = /\bpvd_[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/;

/** The last net under callers: text under a telling name, and text that looks like a credential, is masked. */
function withoutSecrets(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' && secretName.test(name) ? MASK : masked(value)]),
  );
}

function masked(value: unknown): unknown {
  if (typeof value === 'string') return secretText.test(value) ? MASK : value;
  if (Array.isArray(value)) return value.map(masked);
  if (value !== null && typeof value === 'object') return withoutSecrets(value as Record<string, unknown>);
  return value;
}
