import type { Browser, BrowserContext, Page } from 'playwright-core';
import { acme, type Acme, type Server } from './acme.ts';
import { openBrowser } from './browser.ts';
import { DESKTOP, listen, type Complaints } from './page-checks.ts';
import { portal, signInAs, type Portal } from './portal.ts';

/** Somebody with cookies of their own, at a desktop, in light. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly complaints: Complaints;
  readonly page: Page;
  readonly p: Portal;
}

/** What a journey begins with: Acme, a server, and a browser. */
export interface Journey extends AsyncDisposable {
  readonly world: Acme;
  readonly server: Server;
  readonly browser: Browser;
  /** One of the people on the sign-in page, signed in; without a name a stranger who has not opened a page. */
  visitor(name?: string): Promise<Visitor>;
}

/** `environment` is given to every server: configuration as PAVED_<SECTION>_<KEY>. */
export async function journey(environment: NodeJS.ProcessEnv = {}): Promise<Journey> {
  const world = await acme(environment);
  let browser: Browser | undefined;
  const end = async (): Promise<void> => {
    await browser?.close();
    await world[Symbol.asyncDispose]();
  };
  try {
    const server = await world.start();
    const opened = await openBrowser();
    browser = opened;
    return {
      world,
      server,
      browser: opened,
      async visitor(name) {
        const who = await visitor(opened, server.url);
        if (name !== undefined) {
          await who.p.open('/sign-in');
          await signInAs(who.p, name);
        }
        return who;
      },
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** A stranger before a portal. */
export async function visitor(browser: Browser, server: string): Promise<Visitor> {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light' });
  const complaints = await listen(context);
  const page = await context.newPage();
  return { context, complaints, page, p: portal(page, server) };
}
