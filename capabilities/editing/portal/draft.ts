import { api, useEvents, type ApiError } from '@paved/ui';
import { useEffect, useState } from 'react';

export type ChangeMode = 'commit' | 'pull-request' | 'store' | 'write';

export interface DraftProblem {
  readonly at: string;
  readonly line: number;
  readonly message: string;
  readonly fix?: string;
}

/** A reference that leads nowhere; it keeps nobody from saving. */
export interface DraftWarning extends DraftProblem {
  /** As it is written, and what it means in full. */
  readonly text: string;
  readonly ref: string;
  /** What to write instead, when something near is there. */
  readonly use?: string;
}

export interface DocumentPlace {
  readonly type: 'repository' | 'forge' | 'disk' | 'store' | 'elsewhere';
  readonly words: string;
  /** Address of the repository, and how people call it. */
  readonly repository?: string;
  readonly label?: string;
  readonly path?: string;
  readonly branch?: string;
  readonly reason?: string;
  readonly fix?: string;
}

export interface ModeVerdict {
  readonly mode: ChangeMode;
  readonly allowed: boolean;
  readonly reason?: string;
  readonly fix?: string;
}

/** The answer of `GET /api/editing/document`. */
export interface OpenedDocument {
  readonly ref: string;
  readonly kind: string;
  readonly text: string;
  readonly stale: boolean;
  readonly place: DocumentPlace;
  readonly modes: readonly ModeVerdict[];
}

/** The answer of `POST /api/editing/preview`. */
export interface Draft {
  readonly ref?: string;
  readonly place: DocumentPlace;
  readonly problems: readonly DraftProblem[];
  readonly warnings: readonly DraftWarning[];
  readonly differences: readonly { path: string; before?: unknown; after?: unknown }[];
  readonly modes: readonly ModeVerdict[];
  readonly before: string;
  readonly after: string;
  readonly file?: { path: string; before?: string; after?: string };
}

/** The answer of `POST /api/editing/changes`. */
export interface ChangeOutcome {
  readonly ref: string;
  readonly type: 'commit' | 'pull-request' | 'stored' | 'written';
  readonly visible: boolean;
  readonly note?: string;
  readonly href?: string;
  readonly sha?: string;
  readonly number?: number;
}

export interface ChangeRequest {
  readonly ref?: string;
  readonly yaml?: string;
  readonly delete?: true;
  readonly base?: string;
  /** Name of the pull request's branch. */
  readonly branch?: string;
  readonly to?: { readonly address: string; readonly path: string };
}

const PAUSE_MS = 300;

/**
 * What a change would do, asked a moment after it last changed; the last answer stays until the next one is there. Asked again when the
 * entity changes in the catalog, and by `again`.
 */
export function useDraft(request: ChangeRequest | undefined): {
  draft: Draft | undefined;
  error: ApiError | undefined;
  current: boolean;
  again: () => void;
} {
  const [answer, setAnswer] = useState<{ asked: string; draft?: Draft; error?: ApiError }>();
  const [turn, setTurn] = useState(0);
  const asked = JSON.stringify(request ?? null);
  const ref = request?.ref;
  useEvents(ref === undefined ? [] : ['catalog.entity.changed'], ({ subject }) => {
    if (subject === ref) setTurn((now) => now + 1);
  });
  useEffect(() => {
    if (asked === 'null') return undefined;
    const ending = new AbortController();
    const timer = setTimeout(() => {
      api.post<Draft>('/api/editing/preview', JSON.parse(asked) as object).then(
        (draft) => {
          if (!ending.signal.aborted) setAnswer({ asked, draft });
        },
        (error: unknown) => {
          if (!ending.signal.aborted) setAnswer({ asked, error: error as ApiError });
        },
      );
    }, PAUSE_MS);
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [asked, turn]);
  return { draft: answer?.draft, error: answer?.error, current: answer?.asked === asked, again: () => setTurn((now) => now + 1) };
}
