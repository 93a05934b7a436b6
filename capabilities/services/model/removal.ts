import type { NodeAction } from '@paved/orchestrator';

/** One thing of an environment, and what happens to it. */
export interface RemovedNode {
  readonly uid: string;
  readonly key: string;
  readonly type: string;
  readonly id: string;
  readonly action: NodeAction;
}

export interface RemovedEnvironment {
  readonly name: string;
  readonly title: string;
  readonly protected: boolean;
  readonly url?: string;
  readonly version?: string;
  readonly nodes: readonly RemovedNode[];
}

/** Data that stays until somebody destroys it on purpose. */
export interface KeptData {
  readonly uid: string;
  readonly key: string;
  readonly type: string;
  readonly id: string;
  readonly environment: string;
  readonly bytes?: number;
}

/** Everything that deleting a service takes away, and what it leaves. */
export interface Removal {
  readonly component: string;
  /** What has to be typed. */
  readonly name: string;
  readonly title: string;
  readonly ownerRefs: readonly string[];
  readonly environments: readonly RemovedEnvironment[];
  readonly variables: readonly { readonly environment: string; readonly name: string; readonly kind: 'variable' | 'secret' }[];
  readonly repository?: {
    readonly slug: string;
    readonly commits: number;
    readonly branches: number;
    readonly openPullRequests: number;
    readonly bytes: number;
    /** Why it stays in any case. */
    readonly stays?: string;
  };
  readonly catalog: {
    /** Refs that leave the catalog. */
    readonly entities: readonly string[];
    readonly locationId?: string;
    /** Why the entry stays. */
    readonly stays?: string;
  };
  readonly kept: readonly KeptData[];
}

/** What of the plan somebody agreed to: equal text means the same things go. Counts and sizes may change meanwhile. */
export function agreedOf(removal: Removal): unknown {
  return {
    component: removal.component,
    environments: removal.environments.map(({ name, nodes }) => ({
      name,
      nodes: nodes.map(({ uid, action }) => `${uid} ${action}`).toSorted(),
    })),
    variables: removal.variables.map(({ environment, name }) => `${environment} ${name}`).toSorted(),
    repository: removal.repository?.slug ?? null,
    entities: removal.catalog.entities.toSorted(),
    kept: removal.kept.map(({ uid }) => uid).toSorted(),
  };
}

/** Whether a catalog entry can go with its source, given everything that is read from there. */
export function unregistering(component: string, entityRefs: readonly string[], target: string): Removal['catalog'] & { goes: boolean } {
  const others = entityRefs.filter((ref) => ref !== component && ref.startsWith('component:'));
  if (others.length === 0) return { goes: true, entities: entityRefs };
  const named = others.slice(0, 3).join(', ') + (others.length > 3 ? ` and ${others.length - 3} more` : '');
  return { goes: false, entities: [], stays: `It stays in the catalog: ${target} also describes ${named}. Take it out of that file.` };
}

/** The slug of the repository that a component lives in, from its annotations. */
export function repositoryOf(annotations: Readonly<Record<string, string>>): string | undefined {
  const own = annotations['paved.dev/repository'];
  if (own !== undefined && /^[^/\s]+\/[^/\s]+$/.test(own)) return own.replace(/\.git$/, '').toLowerCase();
  for (const place of [annotations['backstage.io/managed-by-location'], annotations['backstage.io/source-location']]) {
    const slug = /paved:\/\/repositories\/([^/\s]+\/[^/\s]+?)(?:\.git)?(?:\/|$)/i.exec(place ?? '')?.[1];
    if (slug !== undefined) return slug.toLowerCase();
  }
  return undefined;
}
