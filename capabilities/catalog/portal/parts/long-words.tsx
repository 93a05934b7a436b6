import { useState } from 'react';
import './long-words.css';

/** Longer texts are cut to a few lines until somebody asks for the rest. */
const LONG = 280;

/** A description of any length, as written. */
export function LongWords({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  if (text.length <= LONG) return text;
  return (
    <>
      <span className={whole ? undefined : 'p-long-words'}>{text}</span>{' '}
      <button type="button" className="p-link p-13" aria-expanded={whole} onClick={() => setWhole(!whole)}>
        {whole ? 'Show less' : 'Show all of it'}
      </button>
    </>
  );
}
