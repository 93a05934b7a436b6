import { IconCopy } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { IconButton } from './button.tsx';
import './code.css';
import { lazyCode } from './lazy-code.tsx';

export interface CodeViewProps {
  readonly text: string;
  /** File name or language; decides the colours. */
  readonly file: string;
  /** Line numbers that are links; the chosen line is marked. */
  readonly numbers?: boolean;
  readonly chosen?: number | undefined;
  readonly onChoose?: (line: number) => void;
  readonly flat?: boolean;
}

const Highlighted = lazyCode(async () => (await import('./highlighted.tsx')).Highlighted, { whole: true });

/** Source code with colours; plain until the highlighter has arrived, in the same geometry. */
export function CodeView(props: CodeViewProps) {
  const lines = props.text.replace(/\n$/, '').split('\n');
  return (
    <div className={`p-code ${props.flat ? 'flat' : ''}`} tabIndex={0} role="region" aria-label={`Source of ${props.file}`}>
      <Suspense
        fallback={lines.map((line, i) => (
          <div key={i} className={`ln ${props.numbers ? '' : 'plain'}`}>
            {props.numbers ? <span className="n">{i + 1}</span> : null}
            <span>{line || ' '}</span>
          </div>
        ))}
      >
        <Highlighted {...props} />
      </Suspense>
    </div>
  );
}

/** A command or address one copies. */
export function CopyLine({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div className="p-copyline">
      <code tabIndex={0}>{text}</code>
      <IconButton
        small
        label={copied ? 'Copied' : label}
        icon={IconCopy}
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => setCopied(true));
          setTimeout(() => setCopied(false), 2000);
        }}
      />
    </div>
  );
}
