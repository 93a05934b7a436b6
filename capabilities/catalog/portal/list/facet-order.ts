import type { FacetOption } from '@paved/ui';

/** The most frequent values first. */
export const byCount = (options: readonly FacetOption[]): readonly FacetOption[] =>
  options.toSorted((a, b) => b.count - a.count || a.value.localeCompare(b.value));

/**
 * Values where they stood, with the counts of now: under a pointer or the focus nothing changes its place. What is gone stays, with
 * none; what is new comes last.
 */
export function inPlace(options: readonly FacetOption[], stood: readonly FacetOption[]): readonly FacetOption[] {
  const now = new Map(options.map((option) => [option.value, option]));
  const before = new Set(stood.map((option) => option.value));
  return [
    ...stood.map((option) => now.get(option.value) ?? { ...option, count: 0 }),
    ...byCount(options.filter((option) => !before.has(option.value))),
  ];
}
