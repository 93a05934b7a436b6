import { api, ApiError, pathOf } from '@paved/ui';
import { useEffect, useRef, useState } from 'react';
import type { Preview, TemplateCard } from '../shapes.ts';

/** What the values would make, asked 300 ms after typing stopped; the last good answer stays meanwhile. */
export function usePreview(
  card: TemplateCard,
  values: Record<string, unknown>,
): { preview: Preview | undefined; problem: ApiError | undefined; stale: boolean } {
  const [preview, setPreview] = useState<Preview>();
  const [problem, setProblem] = useState<ApiError>();
  const [stale, setStale] = useState(true);
  const text = JSON.stringify(values);
  const latest = useRef(text);
  useEffect(() => {
    latest.current = text;
    setStale(true);
    const timer = setTimeout(() => {
      api
        .post<Preview>(`/api/templates/${pathOf(card.namespace, card.name)}/preview`, { values: JSON.parse(text) as unknown })
        .then((answer) => {
          if (latest.current !== text) return;
          setPreview(answer);
          setProblem(undefined);
          setStale(false);
        })
        .catch((error: unknown) => {
          if (latest.current !== text) return;
          setProblem(error instanceof ApiError ? error : undefined);
          setStale(false);
        });
    }, 300);
    return () => clearTimeout(timer);
  }, [text, card.namespace, card.name]);
  return { preview, problem, stale };
}
