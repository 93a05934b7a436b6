import type { ApiClient } from './api-client.ts';

export type OutputFormat = 'table' | 'json' | 'yaml';

/** How a cell is coloured where colours are shown; its text says the same. */
export type Tone = 'good' | 'bad' | 'look' | 'quiet';

/** A column of a table: header and how to get the text. Times in ISO 8601 are shown in the reader's own time zone. */
export interface Column<T> {
  readonly header: string;
  readonly value: (row: T) => string | number | undefined;
  readonly align?: 'right';
  /** At a terminal that is too narrow: cut to a beginning, broken into lines, or left. Default: the first is left, others are cut. */
  readonly narrow?: 'cut' | 'wrap' | 'whole';
  readonly tone?: (row: T) => Tone | undefined;
}

/** Live progress: animated at a terminal, plain lines elsewhere. */
export interface Progress {
  /** A step began, or its text changed. */
  step(id: string, text: string): void;
  /** `ms` is how long it took where that is known better than from here. */
  done(id: string, text?: string, ms?: number): void;
  failed(id: string, text?: string, ms?: number): void;
  /** A line below the steps. */
  note(text: string): void;
  end(): void;
}

/** What a command gets: the API, and how to talk to the person or script that called it. */
export interface CliContext {
  /** Created on first use, so that commands without a server work: reads --server, PAVED_SERVER and the stored sign-in. */
  readonly api: ApiClient;
  readonly format: OutputFormat;
  /** Whether a person sits at the terminal (no CI, no pipe): prompts and animation are fine. */
  readonly interactive: boolean;
  /** Asks the person at the terminal for a text; what is hidden is not shown while it is typed. Only where `interactive`. */
  ask(message: string, options?: { hidden?: boolean }): Promise<string>;
  /** Prints rows as a table, or as JSON or YAML with `-o`; `empty` is what people read when there are none, best with what to do next. */
  list<T>(rows: readonly T[], columns: readonly Column<T>[], empty?: string): void;
  /** Prints one thing: fields for people, JSON or YAML with `-o`. */
  show(value: unknown, fields?: readonly (readonly [label: string, value: string | number | undefined])[]): void;
  /** A line for people on stdout; left out with `-o json|yaml`. */
  say(text: string): void;
  progress(): Progress;
  /** Folder of the person's own settings, for example ~/.config/paved. */
  readonly settingsDir: string;
  /** What whoever can read the data directory may do without a server or a sign-in. */
  readonly local: {
    /** An administrator's token, recorded in the audit log. `data` and `config` as for `paved up`. */
    administratorToken(options: {
      data?: string;
      config?: string;
      name?: string;
      expiresInMs?: number;
    }): Promise<{ id: string; token: string; userRef: string }>;
    /** What the schema of `paved.yaml` says of settings; references such as `${NAME}` count as texts. */
    settingsProblems(
      settings: Readonly<Record<string, unknown>>,
    ): Promise<readonly { path: readonly (string | number)[]; message: string; unknownKeys?: readonly string[] }[]>;
  };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
