import { normaliseProviders } from './provider-settings.ts';
import { configSchema } from './schema.ts';

/** One thing wrong with settings: where, and what; with the names when they are not settings at all. */
export interface SettingsProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly unknownKeys?: readonly string[];
}

/** What the schema says of settings that were not read from a file; references (`${NAME}`, `$env`, `$file`) count as texts. */
export function settingsProblems(settings: Readonly<Record<string, unknown>>): SettingsProblem[] {
  const raw = withoutReferences(settings) as Record<string, unknown>;
  normaliseProviders(raw);
  const parsed = configSchema.safeParse(raw);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => ({
    path: issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
    message: issue.message,
    ...(issue.code === 'unrecognized_keys' ? { unknownKeys: issue.keys } : {}),
  }));
}

function withoutReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && (entries[0]?.[0] === '$env' || entries[0]?.[0] === '$file')) return 'reference';
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutReferences(inner)]));
}
