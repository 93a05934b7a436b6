import { api, Button, ErrorNotice, Glyph, Notice, Section, Tag, TextLink, useChange } from '@paved/ui';
import { useEffect, useState } from 'react';
import type { Proposal } from './proposal.ts';

interface Problem {
  readonly line: number;
  readonly message: string;
  readonly fix?: string;
}

const PAUSE_MS = 400;

/** One proposal: its text, which can be edited, and why it says what it says. */
export function ProposalPanel({ proposal, onOpen }: { proposal: Proposal; onOpen: () => void }) {
  // What was typed, until it is what the proposal says: text that nobody touches follows changes from elsewhere.
  const [typed, setText] = useState<string>();
  const text = typed ?? proposal.text;
  useEffect(() => {
    if (typed === proposal.text) setText(undefined);
  }, [typed, proposal.text]);
  const problems = useProblems(proposal.id, text);
  const refresh = ['/api/onboarding'];
  const save = useChange<{ text?: string; state?: string }>((change) => api.put(`/api/onboarding/proposals/${proposal.id}`, change), {
    refresh,
  });
  const editable = proposal.mayChange && (proposal.state === 'proposed' || proposal.state === 'dismissed');
  const changed = text !== proposal.text;
  return (
    <div className="p-proposal">
      {proposal.error === undefined ? null : (
        <Notice tone="failed">
          <b>The pull request could not be opened.</b> {proposal.error}
        </Notice>
      )}
      <div className="p-cols wide">
        <Section title={proposal.path} note={proposal.edited ? <Tag>Edited</Tag> : undefined}>
          {problems.map((problem) => (
            <div className="p-message p-proposal-problem" role="alert" key={`${problem.line}${problem.message}`}>
              <Glyph status="failed" label={null} size={12} />
              <span>
                Line {problem.line}: {problem.message} {problem.fix}
              </span>
            </div>
          ))}
          <textarea
            className="p-input mono p-proposal-text"
            aria-label={`Description of ${proposal.label}`}
            rows={Math.min(20, Math.max(12, text.split('\n').length + 1))}
            spellCheck={false}
            readOnly={!editable}
            aria-invalid={problems.length > 0 || undefined}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          {save.error === null ? null : <ErrorNotice error={save.error} />}
          {editable ? (
            <div className="p-row wrap" style={{ marginTop: 12 }}>
              {changed ? (
                <Button working={save.isPending} onClick={() => save.mutate({ text })}>
                  Save text
                </Button>
              ) : null}
              {proposal.state === 'proposed' ? (
                <>
                  <Button
                    disabledReason={changed ? 'Save the text first' : problems.length > 0 ? 'Correct the text first' : undefined}
                    onClick={onOpen}
                  >
                    Open pull request
                  </Button>
                  <Button look="quiet" onClick={() => save.mutate({ state: 'dismissed' })}>
                    Dismiss
                  </Button>
                </>
              ) : (
                <Button onClick={() => save.mutate({ state: 'proposed' })}>Propose again</Button>
              )}
            </div>
          ) : proposal.pullRequest === undefined ? (
            <p className="p-help">The repository’s owners and platform engineers decide.</p>
          ) : (
            <p className="p-help">
              <TextLink href={proposal.pullRequest.href}>Pull request {proposal.pullRequest.number}</TextLink>
            </p>
          )}
        </Section>
        <Section title="Evidence">
          <ul className="p-evidence">
            {proposal.evidence.map((one) => (
              <li key={`${one.field}${one.value}${one.from}`}>
                <b>{one.field.replace(/^(metadata|spec)\./, '')}</b>
                <span>{one.value}</span>
                <small>
                  {one.words}
                  {one.from === 'nothing' ? '' : ` · ${one.from}`}
                </small>
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </div>
  );
}

function useProblems(id: string, text: string): readonly Problem[] {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  useEffect(() => {
    let dead = false;
    const timer = setTimeout(() => {
      api.post<{ problems: readonly Problem[] }>(`/api/onboarding/proposals/${id}/check`, { text }).then(
        (answer) => {
          if (!dead) setProblems(answer.problems);
        },
        // Saving asks again, and says why it cannot.
        () => {},
      );
    }, PAUSE_MS);
    return () => {
      dead = true;
      clearTimeout(timer);
    };
  }, [id, text]);
  return problems;
}
