import type { ForgeDriver } from '@paved/forges';
import { openAzureDevOps } from './forge.ts';
import { webhook } from './webhook.ts';

/** Azure DevOps Services and Server, by REST API 7.1. */
export const azureDevOpsDriver: ForgeDriver = { type: 'azure', title: 'Azure DevOps', open: openAzureDevOps, webhook };
