import type { Logger } from '@paved/host';
import type { Forge, ForgeDriver, Integration } from '../../index.ts';
import { connectForge } from '../http/forge-http.ts';

/** A forge behind the real HTTP part, outside a platform. */
export function connectForgeForTests(driver: ForgeDriver, integration: Integration, log: Logger): Forge {
  const now = (): Date => new Date();
  const { http } = connectForge({ integration, title: driver.title, now, log, signal: new AbortController().signal });
  return driver.open(integration, { http, now });
}
