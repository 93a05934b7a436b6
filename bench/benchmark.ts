/** One benchmark: what it measures, and how to get its figures. */
export interface Benchmark {
  readonly description: string;
  /** Figures by name, the unit last in the name (`ready_ms`). `flags`: what stands behind its name on the command line. */
  readonly run: (say: (text: string) => void, flags?: readonly string[]) => Promise<Record<string, number>>;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Linear interpolation between closest ranks (type 7). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** Rounds to three significant digits. */
export const figure = (value: number): number => Number(value.toPrecision(3));

/** The median of five runs. */
export async function medianOfFive(measure: (round: number) => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < 5; round++) values.push(await measure(round));
  return median(values);
}
