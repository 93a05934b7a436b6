import { useRouter } from '@tanstack/react-router';
import type { MouseEvent } from 'react';
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
  return <div className="p-prose" onClick={click} dangerouslySetInnerHTML={{ __html: html }} />;
}
