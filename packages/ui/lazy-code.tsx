import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, type ComponentType, type FunctionComponent } from 'react';
import { Button } from './button.tsx';
import { State } from './state.tsx';

const AGAIN_MS = 3000;
/** A server that answers and still does not have the code was updated: the portal is loaded anew, but not over and over. */
const RELOADED = 'paved.reloaded-at';
const RELOAD_AFTER_MS = 30_000;

/**
 * A component whose code is fetched when it is first needed. The usual ways reload the window or end the page when that fails, and
 * a window that reloads while the server is away is lost; here everything else stays, and it comes once the server is back.
 * `whole`: it is what a page is opened for, so its absence is told; otherwise its place stays empty.
 */
export function lazyCode<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { whole }: { whole: boolean },
): FunctionComponent<P> & { preload: () => Promise<void> } {
  let code: ComponentType<P> | undefined;
  let asked: Promise<void> | undefined;
  let failed = false;
  const preload = (): Promise<void> =>
    (asked ??= load().then(
      (found) => {
        code = found;
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
    if (code !== undefined || Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < RELOAD_AFTER_MS) return;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    window.location.reload();
  };
  function Lazy(given: P) {
    const [, draw] = useState(0);
    const Found = code;
    if (Found !== undefined) return <Found {...given} />;
    // oxlint-disable-next-line typescript/only-throw-error -- how a component says that it waits
    if (!failed) throw preload();
    return <NotLoaded whole={whole} again={() => void again().then(() => draw((n) => n + 1))} />;
  }
  return Object.assign(Lazy, { preload });
}

function NotLoaded({ whole, again }: { whole: boolean; again: () => void }) {
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  });
  if (!whole) return null;
  return (
    <State icon={IconPlugConnectedX} title="Not here yet" actions={<Button onClick={again}>Try now</Button>}>
      Its code could not be fetched: the server is away, or was updated. It is asked for again every {AGAIN_MS / 1000} s.
    </State>
  );
}
