import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, type MouseEvent } from 'react';
import './code.css';

/** HTML that the server rendered from Markdown and sanitised; links inside the portal stay inside. */
export function Prose({ html }: { html: string }) {
  const router = useRouter();
  const click = (event: MouseEvent) => {
    const link = (event.target as HTMLElement).closest('a');
    const href = link?.getAttribute('href');
    if (!href?.startsWith('/') || event.metaKey || event.ctrlKey || event.shiftKey || /^\/(api|git)\//.test(href)) return;
    event.preventDefault();
    void router.navigate({ href });
  };
  const text = useRef<HTMLDivElement>(null);
  // Code and tables that scroll sideways must be reachable by keyboard.
  useEffect(() => {
    for (const block of text.current?.querySelectorAll<HTMLElement>('pre, table') ?? []) block.tabIndex = 0;
  }, [html]);
  return <div className="p-prose" ref={text} onClick={click} dangerouslySetInnerHTML={{ __html: html }} />;
}
