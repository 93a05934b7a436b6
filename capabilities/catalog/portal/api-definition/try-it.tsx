import { Button, CopyLine, LongCode, Notice } from '@paved/ui';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import type { HttpReading, Operation } from '../../model/api-definition/reading.ts';
import { curlOf, missingOf, requestOf, type Filled } from '../../model/api-definition/request.ts';
import { sampleOf } from '../../model/api-definition/sample.ts';

interface Answer {
  readonly status: number;
  readonly words: string;
  readonly ms: number;
  readonly type: string;
  readonly text: string;
}

/** Bodies longer than this are cut: the rest can be had with curl. */
const MOST = 1_000_000;

/** Fills in a request, sends it from the browser, and shows the answer; or the same as a command. */
export function TryIt({ operation, reading, server }: { operation: Operation; reading: HttpReading; server: string }) {
  const content = operation.body?.content.find((one) => one.type.includes('json')) ?? operation.body?.content[0];
  const [values, setValues] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      operation.parameters
        .filter((parameter) => parameter.required && parameter.example !== undefined)
        .map((parameter) => [`${parameter.in} ${parameter.name}`, words(parameter.example)]),
    ),
  );
  const [body, setBody] = useState(() =>
    content === undefined ? '' : words(content.example ?? sampleOf(content.schema, reading.schemas)),
  );
  // Kept in the page only: it is gone with it.
  const [credential, setCredential] = useState('');
  const [sending, setSending] = useState(false);
  const [answer, setAnswer] = useState<Answer | { readonly blocked: string }>();
  const scheme = operation.security.map((name) => reading.security[name]).find((one) => one !== undefined);
  const filled: Filled = { server, values, body, contentType: content?.type, credential };
  const missing = missingOf(operation, filled);
  const request = requestOf(operation, filled, scheme, window.location.href);
  const id = operation.id.replaceAll(/\W+/g, '-');

  const send = async () => {
    setSending(true);
    const refused: string[] = [];
    const listen = (event: SecurityPolicyViolationEvent) => void refused.push(event.violatedDirective);
    document.addEventListener('securitypolicyviolation', listen);
    const started = performance.now();
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers.map(([name, value]): [string, string] => [name, value]),
        ...(request.body === undefined ? {} : { body: request.body }),
        // Nobody's session goes to an API: what it needs stands in the form.
        credentials: 'omit',
        redirect: 'follow',
      });
      const text = await response.text();
      setAnswer({
        status: response.status,
        words: response.statusText,
        ms: Math.round(performance.now() - started),
        type: response.headers.get('content-type') ?? '',
        text: text.slice(0, MOST),
      });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const host = new URL(request.url).host;
      setAnswer({
        blocked:
          refused.length > 0
            ? `The portal's security policy does not let the browser talk to ${host}; server.tryItOrigins in paved.yaml allows it.`
            : `The browser got no answer from ${host}: it does not run, or it does not allow requests from ${window.location.origin} (CORS).`,
      });
    } finally {
      document.removeEventListener('securitypolicyviolation', listen);
      setSending(false);
    }
  };

  return (
    <form
      className="p-api-try"
      onSubmit={(event) => {
        event.preventDefault();
        if (missing.length === 0) void send();
      }}
    >
      {operation.parameters
        .filter((parameter) => parameter.in !== 'cookie')
        .map((parameter) => {
          const key = `${parameter.in} ${parameter.name}`;
          return (
            <label key={key} htmlFor={`${id}-${key}`}>
              <span>
                {parameter.name} <small>{parameter.required ? parameter.in : `${parameter.in}, optional`}</small>
              </span>
              <input
                id={`${id}-${key}`}
                className="p-input sm"
                value={values[key] ?? ''}
                placeholder={parameter.example === undefined ? '' : words(parameter.example)}
                onChange={(event) => setValues({ ...values, [key]: event.target.value })}
              />
            </label>
          );
        })}
      {scheme === undefined ? null : (
        <label htmlFor={`${id}-credential`}>
          <span>
            {scheme.words} <small>{scheme.type === 'basic' ? 'as name:password, not kept' : 'not kept'}</small>
          </span>
          <input
            id={`${id}-credential`}
            className="p-input sm"
            type="password"
            autoComplete="off"
            value={credential}
            onChange={(event) => setCredential(event.target.value)}
          />
        </label>
      )}
      {content === undefined ? null : (
        <label htmlFor={`${id}-body`} className="wide">
          <span>
            Body <small>{content.type}</small>
          </span>
          <textarea
            id={`${id}-body`}
            className="p-input p-mono"
            rows={Math.min(14, Math.max(3, body.split('\n').length))}
            spellCheck={false}
            value={body}
            onChange={(event) => setBody(event.target.value)}
          />
        </label>
      )}
      <div className="wide">
        <CopyLine
          text={curlOf({
            ...request,
            headers: request.headers.map(([name, value]) => [name, name === 'authorization' ? value.replace(/ .+/, ' …') : value]),
          })}
          label="Copy as curl"
        />
      </div>
      <div className="wide">
        <Button
          type="submit"
          icon={IconSend}
          working={sending}
          disabledReason={missing.length === 0 ? undefined : `Fill in ${missing.join(', ')}`}
        >
          Send request
        </Button>
      </div>
      {answer === undefined ? null : 'blocked' in answer ? (
        <div className="wide">
          <Notice tone="degraded">
            <b>Not sent.</b> {answer.blocked} Copy the curl command and run it where the server can be reached.
          </Notice>
        </div>
      ) : (
        <div className="wide" role="status" aria-label="Answer">
          <p className="p-api-answer">
            <b className={answer.status < 400 ? 'good' : 'bad'}>
              {answer.status} {answer.words}
            </b>{' '}
            <span className="p-t3">
              {answer.ms} ms · {answer.type.split(';')[0]}
            </span>
          </p>
          {answer.text === '' ? (
            <p className="p-13 p-t2">The body is empty.</p>
          ) : (
            <LongCode text={pretty(answer.text)} file={answer.type.includes('json') ? 'answer.json' : 'answer.txt'} label="Answer" />
          )}
        </div>
      )}
    </form>
  );
}

const words = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
