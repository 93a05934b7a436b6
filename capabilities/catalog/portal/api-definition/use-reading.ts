import { useEffect, useState } from 'react';
import type { ApiReading } from '../../model/api-definition/reading.ts';

/** Longer than this is no definition but an attack on the browser. */
const PATIENCE_MS = 20_000;

/** What a definition says, read in a worker; undefined until it is known. */
export function useReading(type: string, text: string): ApiReading | undefined {
  const [reading, setReading] = useState<{ text: string; reading: ApiReading }>();
  useEffect(() => {
    const worker = new Worker(new URL('./reader.worker.ts', import.meta.url), { type: 'module', name: 'api-definition' });
    const done = (found: ApiReading) => {
      clearTimeout(late);
      worker.terminate();
      setReading({ text, reading: found });
    };
    const late = setTimeout(() => done({ sort: 'text', language: 'yaml', reason: 'Reading it takes too long.' }), PATIENCE_MS);
    worker.addEventListener('message', (event: MessageEvent<ApiReading>) => done(event.data));
    worker.addEventListener('error', () => done({ sort: 'text', language: 'yaml', reason: 'It could not be read here.' }));
    worker.postMessage({ type, text });
    return () => {
      clearTimeout(late);
      worker.terminate();
    };
  }, [type, text]);
  return reading?.text === text ? reading.reading : undefined;
}
