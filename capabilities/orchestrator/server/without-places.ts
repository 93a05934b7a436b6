/**
 * What is told of plans and outputs: artifacts by their digest, and what lies in the data directory by its name there. Where the server
 * keeps its files is nobody's business, and says nothing to who reads it.
 */
export function withoutPlaces<T>(value: T, dataDirectory: string): T {
  return told(value, `${dataDirectory.replace(/\/+$/, '')}/`) as T;
}

function told(value: unknown, folder: string): unknown {
  if (typeof value === 'string') return value.replaceAll(folder, '');
  if (Array.isArray(value)) return value.map((entry) => told(entry, folder));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (key === 'location' && 'digest' in value ? [] : [[key, told(entry, folder)]])),
  );
}
