import type { ForgeDriver } from '@paved/forges';
import { openBitbucket } from './forge.ts';
import { webhook } from './webhook.ts';

/** Bitbucket Cloud, by API 2.0. */
export const bitbucketDriver: ForgeDriver = { type: 'bitbucketCloud', title: 'Bitbucket', open: openBitbucket, webhook };
