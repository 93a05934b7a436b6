import { api, Prose } from '@paved/ui';
import { useEffect, useState } from 'react';

/** A sentence without any mark needs no rendering. */
const PLAIN = /^[^\n*_`#<>[\]()|~-]*$/;

/** What a person wrote, rendered and made safe by the server; as typed until then, and when that fails. */
export function Markdown({ text }: { text: string }) {
  const [rendered, setRendered] = useState<{ text: string; html: string }>();
  useEffect(() => {
    let left = false;
    if (!PLAIN.test(text)) {
      api.post<{ html: string }>('/api/docs/render', { markdown: text }).then(
        ({ html }) => (left ? undefined : setRendered({ text, html })),
        () => undefined,
      );
    }
    return () => {
      left = true;
    };
  }, [text]);
  return rendered?.text === text ? <Prose html={rendered.html} /> : <div className="body">{text}</div>;
}
