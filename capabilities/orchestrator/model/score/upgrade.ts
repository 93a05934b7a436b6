/**
 * Older spellings of Score v1b1 turned into today's before validation: files and volumes as lists become maps by `target`, a list of
 * lines becomes text, `read_only` becomes `readOnly`. What does not fit is left for validation to name.
 */
export function upgraded(document: unknown): unknown {
  if (!isRecord(document) || !isRecord(document['containers'])) return document;
  const containers = mapValues(document['containers'], (container) => {
    if (!isRecord(container)) return container;
    return {
      ...container,
      ...('files' in container ? { files: byTarget(container['files'], fileOf) } : {}),
      ...('volumes' in container ? { volumes: volumesOf(container['volumes']) } : {}),
    };
  });
  return { ...document, containers };
}

const fileOf = (file: Record<string, unknown>): unknown => {
  const lines = file['content'];
  return Array.isArray(lines) && lines.every((line) => typeof line === 'string') ? { ...file, content: lines.join('\n') } : file;
};

const volumeOf = (volume: Record<string, unknown>): Record<string, unknown> => {
  if (!('read_only' in volume)) return volume;
  const { read_only: readOnly, ...rest } = volume;
  return { readOnly, ...rest };
};

function volumesOf(volumes: unknown): unknown {
  const map = byTarget(volumes, volumeOf);
  return isRecord(map) ? mapValues(map, (volume) => (isRecord(volume) ? volumeOf(volume) : volume)) : map;
}

/** A list whose entries all have their own target as a map; anything else unchanged. */
function byTarget(list: unknown, entryOf: (entry: Record<string, unknown>) => unknown): unknown {
  if (!Array.isArray(list)) return list;
  const targets = list.map((entry) => (isRecord(entry) ? entry['target'] : undefined));
  if (!targets.every((target) => typeof target === 'string') || new Set(targets).size !== targets.length) return list;
  return Object.fromEntries(
    list.map((entry: Record<string, unknown>) => {
      const { target, ...rest } = entry;
      return [target, entryOf(rest)];
    }),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const mapValues = (record: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
