import { executeTemplate } from '@paved/client';
import {
  Button,
  call,
  capital,
  clockTime,
  commandKey,
  ErrorNotice,
  Icon,
  LinkButton,
  Loaded,
  nameOf,
  pathOf,
  problemsOf,
  type Schema,
  SchemaForm,
  SkeletonPage,
  State,
  useChange,
  useCrumbs,
  useData,
  useGo,
  useKey,
  useRouteParams,
  useUrlState,
} from '@paved/ui';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react';
import { dropDraft, loadDraft, saveDraft } from '../parts/drafts.ts';
import { usePickerSource } from '../parts/picker-source.ts';
import { usePreview } from '../parts/use-preview.ts';
import { WillBeMade } from '../parts/will-be-made.tsx';
import { templateIcon, type TemplateDetail } from '../shapes.ts';
import './wizard.css';

const FORM = 'create-form';

/** The form of a golden path: one page per step, a review, and beside it what will be made. */
export function Page() {
  const { namespace = 'default', name = '' } = useRouteParams();
  const template = useData<TemplateDetail>(`/api/templates/${pathOf(namespace, name)}`);
  useCrumbs([{ label: 'Create', href: '/create' }, { label: template.data?.card.title ?? name }]);
  return (
    <div className="p-full">
      <Loaded query={template} what="The golden path" skeleton={<SkeletonPage label="The golden path" />}>
        {(detail) =>
          detail.card.problems.length > 0 ? (
            <State
              icon={IconAlertTriangle}
              title={`${detail.card.title} cannot be used now`}
              actions={<LinkButton href="/create">Other golden paths</LinkButton>}
            >
              {detail.card.problems.map((problem) => `${problem.at}: ${problem.message}`).join(' ')} The team that keeps it can fix this.
            </State>
          ) : (
            <Wizard detail={detail} />
          )
        }
      </Loaded>
    </div>
  );
}

/** Values the schema gives by default, so that the preview is right before anything is typed. */
function defaultsOf(pages: TemplateDetail['pages']): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { schema } of pages) {
    for (const [key, property] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>))
      if (property['default'] !== undefined) values[key] = property['default'];
  }
  return values;
}

const shown = (value: unknown): string =>
  value === undefined || value === ''
    ? '–'
    : typeof value === 'boolean'
      ? value
        ? 'Yes'
        : 'No'
      : typeof value === 'string'
        ? /^(group|user|component|system|api|resource):/.test(value)
          ? capital(nameOf(value))
          : value.includes('?owner=')
            ? value.replace(
                /^.*\?owner=([^&]*)&repo=(.*)$/,
                (_, owner: string, repo: string) => `${decodeURIComponent(owner)}/${decodeURIComponent(repo)}`,
              )
            : value
        : typeof value === 'number'
          ? String(value)
          : JSON.stringify(value);

/** A choice by its title. */
function titled(property: Schema | undefined, value: unknown): unknown {
  const choices = property?.['oneOf'];
  if (!Array.isArray(choices)) return value;
  const found = (choices as readonly { const?: unknown; title?: string }[]).find((choice) => choice.const === value);
  return found?.title ?? value;
}

const keysOf = (schema: Schema): readonly string[] => Object.keys((schema['properties'] ?? {}) as Record<string, unknown>);

/** The label of the field that a problem is about; where it is about none, nothing. */
function fieldAt(pages: TemplateDetail['pages'], at: string): ReactNode {
  const key = at.replace(/^\//, '');
  const field = pages.map((page) => ((page.schema['properties'] ?? {}) as Record<string, Schema>)[key]).find((one) => one !== undefined);
  return field === undefined ? null : <b>{typeof field['title'] === 'string' ? field['title'] : key}:</b>;
}

function Wizard({ detail }: { detail: TemplateDetail }) {
  const { card, pages } = detail;
  const go = useGo();
  const { params, set } = useUrlState();
  const draft = useMemo(() => loadDraft(card.ref), [card.ref]);
  const [values, setValues] = useState<Record<string, unknown>>(() => ({ ...defaultsOf(pages), ...draft?.values, ...fromAddress(params) }));
  const [secrets, setSecrets] = useState<Record<string, unknown>>({});
  const [savedAt, setSavedAt] = useState(draft?.savedAt);
  const pickers = usePickerSource();
  const { preview, problem } = usePreview(card, values);
  const total = pages.length + (detail.secretsSchema ? 1 : 0);
  const step = Math.min(Math.max(0, Number(params.get('step') ?? 1) - 1), total);
  const review = step === total;
  const valid = pages.map(
    (page) => problemsOf(page.schema, values).filter((found) => found.keyword !== 'additionalProperties').length === 0,
  );
  const furthest = valid.findIndex((ok) => !ok);
  // Values that fit the form may still meet what is there: a name that is taken, a team whose services somebody else deploys.
  const obstacles = furthest === -1 && preview ? preview.problems : [];
  const reach = furthest === -1 ? total : furthest;
  const to = (next: number) => {
    set((query) => query.set('step', String(next + 1)), { push: true });
    document.getElementById('page')?.scrollTo?.({ top: 0 });
    window.scrollTo({ top: 0 });
  };
  // What the form fills in by itself is no draft yet.
  const begun = useRef(draft !== undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  const shownStep = useRef(step);
  useEffect(() => {
    // The next page is read and walked from its top, not from where the last one was left.
    if (shownStep.current !== step) heading.current?.focus({ preventScroll: true });
    shownStep.current = step;
  }, [step]);
  const change = (next: Record<string, unknown>) => {
    setValues(next);
    if (!begun.current) return;
    const at = new Date().toISOString();
    saveDraft(card.ref, { values: next, page: step, savedAt: at });
    setSavedAt(at);
  };
  const execute = useChange<void, { href: string }>(
    () =>
      call(executeTemplate, {
        path: { namespace: card.namespace, name: card.name },
        body: { values, secrets: Object.keys(secrets).length > 0 ? (secrets as Record<string, string>) : undefined },
      }),
    {
      refresh: ['/api/runs'],
      done: ({ href }) => {
        dropDraft(card.ref);
        go(href);
      },
    },
  );
  useKey('mod+enter', 'Continue, or create', () =>
    review
      ? obstacles.length === 0
        ? execute.mutate()
        : undefined
      : (document.getElementById(FORM) as HTMLFormElement | null)?.requestSubmit(),
  );
  const items = preview ? (preview.repository ? 1 : 0) + preview.entities.length + preview.resources.length : 0;
  const createLabel = detail.presentation?.buttonLabels?.createButtonText ?? (items > 0 ? `Create ${items} items` : `Create ${card.title}`);
  const names = [...pages.map((page) => page.title), ...(detail.secretsSchema ? ['Secrets'] : []), 'Review'];
  const page = pages[step];
  return (
    <>
      <div className="p-wizard">
        <div className="steps">
          <h1>
            <Icon of={templateIcon(card)} /> {card.title}
          </h1>
          <p className="p-t3">{card.owner ? `Kept by ${capital(nameOf(card.owner))}` : card.type}</p>
          <ol>
            {names.map((name, i) => {
              const done = i < step && i < reach;
              const open = i <= Math.max(reach, step);
              const own = pages[i];
              const summary = own
                ? keysOf(own.schema)
                    .map((key) => titled(((own.schema['properties'] ?? {}) as Record<string, Schema>)[key], values[key]))
                    .filter((value) => typeof value === 'string' && value !== '')
                    .map(shown)
                    .slice(0, 2)
                    .join(' · ')
                : i === total
                  ? 'The whole plan, before anything is made'
                  : '';
              return (
                <li key={name} className={done ? 'done' : ''}>
                  <button
                    type="button"
                    aria-current={i === step ? 'step' : undefined}
                    aria-disabled={!open || undefined}
                    onClick={() => (open ? to(i) : undefined)}
                  >
                    <span className="no">{done ? <Icon of={IconCheck} size={14} /> : i + 1}</span>
                    <span>
                      <b>{name}</b>
                      <small>{summary}</small>
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        </div>
        <div
          className="form"
          onInputCapture={() => (begun.current = true)}
          onClickCapture={() => (begun.current = true)}
          onKeyDownCapture={() => (begun.current = true)}
        >
          <p className="p-12 p-t3 only-phone">
            {card.title} · step {step + 1} of {names.length}
          </p>
          {review ? (
            <Review detail={detail} values={values} repository={preview?.repository} heading={heading} onChange={to}>
              {execute.error ? <ErrorNotice error={execute.error} /> : null}
              {preview && !preview.valid ? (
                <ul className="p-notice failed" role="alert" style={{ display: 'grid', gap: 4 }}>
                  {preview.problems.map((found) => (
                    <li key={`${found.at}${found.message}`}>
                      {fieldAt(pages, found.at)} {found.message} {found.fix}
                    </li>
                  ))}
                </ul>
              ) : null}
            </Review>
          ) : page ? (
            <>
              <h2 className="step" tabIndex={-1} ref={heading}>
                {page.title}
              </h2>
              <p className="lede">{page.description ?? (step === 0 ? card.description : '')}</p>
              <SchemaForm
                key={step}
                id={FORM}
                schema={page.schema}
                value={values}
                onChange={change}
                onSubmit={(next) => {
                  change({ ...values, ...next });
                  to(step + 1);
                }}
                pickers={pickers}
              />
            </>
          ) : detail.secretsSchema ? (
            <>
              <h2 className="step" tabIndex={-1} ref={heading}>
                Secrets
              </h2>
              <p className="lede">Used once by this run, never kept in the draft.</p>
              <SchemaForm
                id={FORM}
                schema={detail.secretsSchema}
                value={secrets}
                onChange={setSecrets}
                onSubmit={() => to(step + 1)}
                pickers={pickers}
              />
            </>
          ) : null}
        </div>
        <aside className="made" aria-label="What will be made">
          <div>
            <WillBeMade detail={detail} preview={preview} problem={problem} obstacles={obstacles} />
          </div>
        </aside>
      </div>
      <footer className="p-wizard-foot">
        <span className="p-grow saved">{savedAt ? `Draft saved ${clockTime(new Date(savedAt)).slice(0, 5)}` : ''}</span>
        {savedAt ? (
          <Button
            look="quiet"
            className="hide-sm"
            onClick={() => {
              dropDraft(card.ref);
              begun.current = false;
              setSavedAt(undefined);
              setValues(defaultsOf(pages));
              to(0);
            }}
          >
            Discard
          </Button>
        ) : null}
        {step > 0 ? <Button onClick={() => to(step - 1)}>Back</Button> : <LinkButton href="/create">Back</LinkButton>}
        {review ? (
          <Button
            look="primary"
            working={execute.isPending}
            disabledReason={furthest >= 0 ? `“${names[furthest]}” is not complete` : obstacles[0]?.message}
            onClick={() => execute.mutate()}
          >
            {createLabel}
          </Button>
        ) : (
          <Button look="primary" type="submit" form={FORM}>
            Continue <kbd className="hide-sm">{commandKey('↵')}</kbd>
          </Button>
        )}
      </footer>
    </>
  );
}

/** `?formData={…}` fills a form in, as Backstage's links do. */
function fromAddress(params: URLSearchParams): Record<string, unknown> {
  try {
    const given = params.get('formData');
    const value: unknown = given === null ? undefined : JSON.parse(given);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function Review({
  detail,
  values,
  repository,
  heading,
  onChange,
  children,
}: {
  detail: TemplateDetail;
  values: Record<string, unknown>;
  /** Where the code goes when its page was passed by. */
  repository: string | undefined;
  heading: RefObject<HTMLHeadingElement | null>;
  onChange: (step: number) => void;
  children: ReactNode;
}) {
  return (
    <div className="p-review">
      <h2 className="step" tabIndex={-1} ref={heading}>
        Review
      </h2>
      <p className="lede">Nothing is made before you say so.</p>
      {detail.pages.map((page, i) => {
        const properties = (page.schema['properties'] ?? {}) as Record<string, { title?: string; 'ui:field'?: string }>;
        return (
          <section key={page.title}>
            <h3>
              {page.title}
              <button type="button" className="p-link" onClick={() => onChange(i)}>
                Change<span className="p-vh"> {page.title}</span>
              </button>
            </h3>
            <dl>
              {Object.entries(properties).map(([key, property]) => (
                <div key={key} style={{ display: 'contents' }}>
                  <dt>{property.title ?? key}</dt>
                  <dd>
                    {shown(titled(property as Schema, values[key] ?? (property['ui:field'] === 'RepoUrlPicker' ? repository : undefined)))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
      {children}
    </div>
  );
}
