import { Button, State, type LazyPage } from '@paved/ui';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, type ComponentType, type FunctionComponent } from 'react';

const AGAIN_MS = 3000;
/** A server that answers and still does not have the code was updated: the portal is loaded anew, but not over and over. */
const RELOADED = 'paved.reloaded-at';
const RELOAD_AFTER_MS = 30_000;

/**
 * A page whose code is fetched when it is first needed. The router's own way reloads the window when that fails, and a window that
 * reloads while the server is away is lost; here the shell stays and the page comes once the server is back.
 */
export function lazyPage(load: LazyPage): FunctionComponent & { preload: () => Promise<void> } {
  let page: ComponentType | undefined;
  let asked: Promise<void> | undefined;
  let failed = false;
  const preload = (): Promise<void> =>
    (asked ??= load().then(
      ({ Page }) => {
        page = Page;
        failed = false;
      },
      () => {
        failed = true;
        asked = undefined;
      },
    ));
  const again = async (): Promise<void> => {
    const answers = await fetch('/healthz', { cache: 'no-store' }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (!answers) return;
    await preload();
    if (page !== undefined || Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < RELOAD_AFTER_MS) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    window.location.reload();
  };
  function Lazy() {
    const [, draw] = useState(0);
    const Found = page;
    if (Found !== undefined) return <Found />;
    // oxlint-disable-next-line typescript/only-throw-error -- how a component says that it waits
    if (!failed) throw preload();
    return <NotLoaded again={() => void again().then(() => draw((n) => n + 1))} />;
  }
  return Object.assign(Lazy, { preload });
}

function NotLoaded({ again }: { again: () => void }) {
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  });
  return (
    <State icon={IconPlugConnectedX} title="This page is not here yet" actions={<Button onClick={again}>Try now</Button>}>
      Its code could not be fetched: the server is away, or was updated. It is asked for again every {AGAIN_MS / 1000} s.
    </State>
  );
}
