import type { EntityProvider, ProviderMutation } from '@paved/catalog';
import type { Forge } from '../../index.ts';

/** A provider of a forge: asked on schedule, and told what webhooks bring. */
export interface ForgeProvider {
  readonly provider: EntityProvider;
  readonly host: string;
  /** What changed for it; undefined when nothing did. */
  repositoryChanged?(change: { repository: string; before?: string; deleted: boolean }): Promise<ProviderMutation | undefined>;
  teamChanged?(change: { owner: string; slug: string }): Promise<ProviderMutation | undefined>;
  memberChanged?(change: { owner: string; login: string; removed: boolean }): Promise<ProviderMutation | undefined>;
}

/** Whether a path or owner is the given one or lies below it; forges do not tell case apart. */
export const below = (name: string, owner: string): boolean => {
  const [inner, outer] = [name.toLowerCase(), owner.toLowerCase()];
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
};

/** The address of an owner's page, for people. */
export const ownerUrl = (forge: Forge, owner: string): string => `${forge.integration.webUrl}/${owner}`.replace(/\/$/, '');
