/** The repository's folder. */
export const root: string;
/** Installs dependencies from the lockfile when they are missing or older than it. */
export function installDependencies(say?: (text: string) => void): void;
/** The Node 24 to run Paved with. */
export function findNode(): string;
/** Prints the sentence and ends with exit code 1. */
export function fail(sentence: string): never;
