import type { ForgeDriver } from '@paved/forges';
import { openGitHub } from './forge.ts';
import { webhook } from './webhook.ts';

/** GitHub and GitHub Enterprise Server, by their REST and GraphQL APIs. */
export const githubDriver: ForgeDriver = { type: 'github', title: 'GitHub', open: openGitHub, webhook };
