import { ApiError, type CliContext } from '@paved/client';
import type { Page } from '@paved/kernel';

/** Something that is affected when the entity asked about does not work. */
export interface Affected {
  readonly ref: string;
  readonly kind: string;
  /** Hops from it. */
  readonly distance: number;
  /** The one before it on the way. */
  readonly by: string;
  readonly owner?: string;
  readonly lifecycle?: string;
  readonly tier?: string;
}

interface Team {
  readonly ref: string;
  readonly onCall?: { readonly title: string; readonly href?: string };
}

/** Groups asked about at once, so that an address does not get too long. */
const AT_ONCE = 100;

/** Where to reach whoever is on call for these owners, by owner; empty where ownership is not there or may not be read. */
export async function onCallOf(cli: CliContext, owners: ReadonlySet<string>): Promise<Map<string, string>> {
  const groups = [...owners].filter((owner) => owner.startsWith('group:'));
  const reached = new Map<string, string>();
  for (let at = 0; at < groups.length; at += AT_ONCE) {
    const refs = groups.slice(at, at + AT_ONCE).join(',');
    const { items } = await cli.api.get<Page<Team>>('/api/ownership/teams', { refs }).catch((error: unknown) => {
      if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return { items: [] as Team[] };
      throw error;
    });
    for (const { ref, onCall } of items) if (onCall !== undefined) reached.set(ref, onCall.href ?? onCall.title);
  }
  return reached;
}
