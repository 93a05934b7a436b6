import type { FieldProps } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import { Combobox, type ComboOption } from './combobox.tsx';
import { isShown } from './form-context.ts';
import { Hinted } from './form-hint.tsx';
import type { PickerSource } from './schema-form.tsx';
import { Glyph } from './status.tsx';

type Found = Awaited<ReturnType<PickerSource['entities']>>;

const sourceOf = (props: FieldProps): PickerSource => (props.registry.formContext as { pickers: PickerSource }).pickers;
/** Messages of the field, once it was left or sending was tried. */
const errorsOf = (props: FieldProps): readonly string[] =>
  isShown(props.registry.formContext, props.fieldPathId.$id) ? (props.rawErrors ?? []) : [];
const optionsOf = (props: FieldProps): Record<string, unknown> => (props.uiSchema?.['ui:options'] ?? {}) as Record<string, unknown>;

/** Label, help and messages around a picker, like the form's own fields. The picker hears what describes it. */
function Field({
  props,
  id,
  children,
  message,
}: {
  props: FieldProps;
  id: string;
  children: (describedBy: string | undefined) => React.ReactNode;
  message?: React.ReactNode;
}) {
  const title = props.schema.title ?? props.name;
  const help = (props.uiSchema?.['ui:help'] as string | undefined) ?? props.schema.description;
  const [error] = errorsOf(props);
  return (
    <div className="p-field">
      <label htmlFor={id}>
        {title}
        {props.required ? null : <span className="optional">optional</span>}
      </label>
      <Hinted
        id={id}
        context={props.registry.formContext}
        path={props.fieldPathId.path}
        value={props.formData}
        onUse={(value) => props.onChange(value, props.fieldPathId.path)}
      >
        {(hint) => children([error && `${id}__error`, hint, help && `${id}__help`].filter(Boolean).join(' ') || undefined)}
      </Hinted>
      {error ? (
        <div className="p-message" role="alert" id={`${id}__error`}>
          <Glyph status="failed" label={null} size={12} />
          <span>{error}</span>
        </div>
      ) : (
        message
      )}
      {help ? (
        <p className="p-help" id={`${id}__help`}>
          {help}
        </p>
      ) : null}
    </div>
  );
}

/** What people call the entity that a field names; undefined until it is found. */
function useTitle(source: PickerSource, ref: unknown, filter: unknown): string | undefined {
  const [title, setTitle] = useState<string>();
  useEffect(() => {
    let dead = false;
    if (typeof ref === 'string' && ref !== '') {
      const wanted = ref.toLowerCase();
      void source.entities(ref.split(/[:/]/).at(-1) ?? ref, filter).then((found) => {
        if (dead) return;
        const named = found.find(
          (entry) => entry.ref === wanted || entry.ref.endsWith(`:${wanted}`) || entry.ref.endsWith(`:default/${wanted}`),
        );
        setTitle(named?.title);
      });
    } else setTitle(undefined);
    return () => {
      dead = true;
    };
  }, [source, ref]); // oxlint-disable-line react-hooks/exhaustive-deps -- `filter` is a fresh object on each render
  return title;
}

/** A field that names an entity out of those that fit `filter`. */
function ReferencePicker({
  props,
  filter,
  free,
  arrange = (found) => found,
}: {
  props: FieldProps;
  filter: unknown;
  /** Whether what the catalog has not may be written, too. */
  free?: boolean;
  /** Orders and annotates what was found. */
  arrange?: (found: Found) => Found;
}) {
  const source = sourceOf(props);
  const title = useTitle(source, props.formData, filter);
  const id = props.fieldPathId.$id;
  return (
    <Field props={props} id={id}>
      {(describedBy) => (
        <Combobox
          describedBy={describedBy}
          id={id}
          value={props.formData as string | undefined}
          shown={title}
          {...(free === undefined ? {} : { free })}
          disabled={props.disabled === true || props.readonly === true}
          invalid={errorsOf(props).length > 0}
          search={async (query) =>
            arrange(await source.entities(query, filter)).map((entry): ComboOption => ({
              value: entry.ref,
              label: entry.title,
              note: entry.note,
            }))
          }
          onChange={(value) => props.onChange(value, props.fieldPathId.path)}
          onBlur={() => props.onBlur(id, props.formData)}
        />
      )}
    </Field>
  );
}

/** `EntityPicker`: one entity of the catalog, narrowed by `catalogFilter`. */
export function EntityPicker(props: FieldProps) {
  const options = optionsOf(props);
  const filter = options['catalogFilter'] ?? (options['allowedKinds'] ? { kind: options['allowedKinds'] } : undefined);
  return <ReferencePicker props={props} filter={filter} free={options['allowArbitraryValues'] !== false} />;
}

/** `OwnerPicker`: a team (or person); the person's own teams come first. */
export function OwnerPicker(props: FieldProps) {
  const { ownGroups } = sourceOf(props);
  const options = optionsOf(props);
  const filter = options['catalogFilter'] ?? { kind: options['allowedKinds'] ?? ['Group', 'User'] };
  const [first] = ownGroups;
  useEffect(() => {
    if (first !== undefined && props.formData === undefined && options['allowArbitraryValues'] === undefined)
      props.onChange(first, props.fieldPathId.path);
  }, [first]); // oxlint-disable-line react-hooks/exhaustive-deps -- offered once, then it is the person's
  const own = (ref: string) => ownGroups.includes(ref);
  const ownFirst = (found: Found): Found =>
    found
      .toSorted((a, b) => Number(own(b.ref)) - Number(own(a.ref)))
      .map((entry) => (own(entry.ref) ? { ...entry, note: 'your team' } : entry));
  return <ReferencePicker props={props} filter={filter} arrange={ownFirst} />;
}

/** The nearest name that fits: lower case, dashes. */
export const asName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);

/** `EntityNamePicker`: a name that is free in the catalog. */
export function EntityNamePicker(props: FieldProps) {
  const source = sourceOf(props);
  const value = (props.formData as string | undefined) ?? '';
  const id = props.fieldPathId.$id;
  const [taken, setTaken] = useState(false);
  useEffect(() => {
    let dead = false;
    setTaken(false);
    if (value === '') return;
    const timer = setTimeout(() => void source.nameTaken('component', value).then((is) => (dead ? undefined : setTaken(is))), 300);
    return () => {
      dead = true;
      clearTimeout(timer);
    };
  }, [value, source]);
  const invalid = errorsOf(props).length > 0;
  const fixed = asName(value);
  return (
    <Field
      props={props}
      id={id}
      message={
        taken ? (
          <div className="p-message" role="alert">
            <Glyph status="failed" label={null} size={12} />
            <span>{value} exists already. Choose another name.</span>
          </div>
        ) : null
      }
    >
      {(describedBy) => (
        <>
          <input
            id={id}
            aria-describedby={describedBy}
            className="p-input"
            value={value}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={invalid || taken || undefined}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the template's author asked for it
            autoFocus={props.uiSchema?.['ui:autofocus'] === true}
            placeholder={(props.uiSchema?.['ui:placeholder'] as string | undefined) ?? 'concert-alerts'}
            disabled={props.disabled === true}
            onChange={(event) => props.onChange(event.target.value || undefined, props.fieldPathId.path)}
            onBlur={() => props.onBlur(id, props.formData)}
          />
          {value !== '' && fixed !== '' && fixed !== value ? (
            <p className="p-help">
              <button type="button" className="p-link" onClick={() => props.onChange(fixed, props.fieldPathId.path)}>
                Use {fixed}
              </button>
            </p>
          ) : null}
        </>
      )}
    </Field>
  );
}

/** `RepoUrlPicker`: where the repository will be. The value is Backstage's `host?owner=…&repo=…`. */
export function RepoUrlPicker(props: FieldProps) {
  const source = sourceOf(props);
  const options = optionsOf(props);
  const id = props.fieldPathId.$id;
  const [, search = ''] = String(props.formData ?? '').split('?');
  const params = new URLSearchParams(search);
  const all = ((props.registry.formContext as { value?: Record<string, unknown> }).value ?? {}) as Record<string, unknown>;
  const owner = params.get('owner') ?? '';
  const repo = params.get('repo') ?? '';
  const suggested = typeof all['name'] === 'string' ? asName(all['name']) : '';
  const [touched, setTouched] = useState(repo !== '' && repo !== suggested);
  const allowed = Array.isArray(options['allowedOwners']) ? options['allowedOwners'].map(String) : undefined;
  const write = (nextOwner: string, nextRepo: string) => {
    const host = source.repositoryHost;
    props.onChange(
      nextOwner === '' && nextRepo === ''
        ? undefined
        : `${host}?owner=${encodeURIComponent(nextOwner)}&repo=${encodeURIComponent(nextRepo)}`,
      props.fieldPathId.path,
    );
  };
  const firstProject = source.ownGroups[0]?.split('/').at(-1) ?? '';
  useEffect(() => {
    if (owner === '' && firstProject !== '') write(firstProject, touched ? repo : suggested);
    else if (!touched && suggested !== repo) write(owner, suggested);
  }, [suggested, touched, owner]); // oxlint-disable-line react-hooks/exhaustive-deps -- follows the name only
  return (
    <Field props={props} id={id}>
      {(describedBy) => (
        <>
          <div className="p-pair">
            <Combobox
              id={id}
              describedBy={describedBy}
              label="Project"
              value={owner}
              free={allowed === undefined}
              placeholder="project"
              invalid={errorsOf(props).length > 0}
              search={async (query) => {
                const projects = allowed ?? [
                  ...new Set([...source.ownGroups.map((ref) => ref.split('/').at(-1) ?? ref), ...(await source.projects())]),
                ];
                return projects
                  .filter((project) => project.includes(query.toLowerCase()))
                  .map((project) => ({ value: project, label: project }));
              }}
              onChange={(value) => write(value ?? '', repo)}
            />
            <input
              className="p-input"
              aria-label="Repository name"
              placeholder="name"
              value={repo}
              spellCheck={false}
              onChange={(event) => {
                setTouched(true);
                write(owner, event.target.value);
              }}
            />
          </div>
          <p className="p-help p-mono">
            {source.repositoryHost}/git/{owner || 'project'}/{repo || 'name'}.git
          </p>
        </>
      )}
    </Field>
  );
}
