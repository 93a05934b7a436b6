import type { ForgeDriver } from '@paved/forges';
import { openGitea } from './forge.ts';
import { webhook } from './webhook.ts';

/** Gitea and Forgejo, by API v1. */
export const giteaDriver: ForgeDriver = { type: 'gitea', title: 'Gitea', open: openGitea, webhook };
