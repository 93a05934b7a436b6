import type { ForgeDriver } from '@paved/forges';
import { openGitLab } from './forge.ts';
import { webhook } from './webhook.ts';

/** GitLab.com and self-managed GitLab, by API v4. */
export const gitlabDriver: ForgeDriver = { type: 'gitlab', title: 'GitLab', open: openGitLab, webhook };
