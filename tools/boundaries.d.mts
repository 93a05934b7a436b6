/** What is wrong with an import, as one sentence; undefined when it is fine. */
export function verdict(file: string, specifier: string): string | undefined;
/** What is wrong with importing these names of kysely into a file. */
export function sqlVerdict(file: string, imported: readonly string[]): string | undefined;
