import { canonicalJson, type Json, type JsonObject } from '@paved/kernel';
import { mergeLines } from './merge-lines.ts';
import { valueOfText, withEntity } from './with-entity.ts';

/** A change, made on a text that is another one by now, brought into the newer text. */
export interface OntoNewer {
  readonly text: string;
  /** Fields (`spec.owner`) that both changed, differently: the change's word stands. */
  readonly contested: readonly string[];
}

const isObject = (value: Json | undefined): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const same = (a: Json | undefined, b: Json | undefined): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

/** Keeps everything that is new, and everything that the change did to `base`; where both did something, the change wins and it is told. */
export function ontoNewer(base: string, newer: string, mine: string): OntoNewer {
  const lines = mergeLines(base.split('\n'), newer.split('\n'), mine.split('\n')).join('\n');
  const [was, now, wanted] = [quiet(base), quiet(newer), quiet(mine)];
  if (was === undefined || now === undefined || wanted === undefined) return { text: lines, contested: [] };
  const contested: string[] = [];
  const value = merged(was, now, wanted, '', contested) as JsonObject;
  return { text: same(quiet(lines), value) ? lines : withEntity(newer, value), contested };
}

function quiet(text: string): JsonObject | undefined {
  try {
    return valueOfText(text);
  } catch {
    return undefined;
  }
}

function merged(was: Json | undefined, now: Json | undefined, wanted: Json | undefined, at: string, contested: string[]): Json | undefined {
  if (same(was, wanted) || same(now, wanted)) return now;
  if (same(was, now)) return wanted;
  if (isObject(now) && isObject(wanted)) {
    const before = isObject(was) ? was : {};
    const entries = [...new Set([...Object.keys(now), ...Object.keys(wanted)])].flatMap((key): [string, Json][] => {
      const value = merged(before[key], now[key], wanted[key], at === '' ? key : `${at}.${key}`, contested);
      return value === undefined ? [] : [[key, value]];
    });
    return Object.fromEntries(entries);
  }
  if (isPlainList(now) && isPlainList(wanted) && (was === undefined || isPlainList(was))) {
    const before = was ?? [];
    const kept = now.filter((item) => wanted.includes(item) || !before.includes(item));
    return [...kept, ...wanted.filter((item) => !before.includes(item) && !kept.includes(item))];
  }
  contested.push(at);
  return wanted;
}

/** Tags and references: each item stands for itself. */
const isPlainList = (value: Json | undefined): value is (string | number | boolean)[] =>
  Array.isArray(value) && value.every((item) => item !== null && typeof item !== 'object');
