import Form from '@rjsf/core';
import {
  getSubmitButtonOptions,
  toErrorSchema,
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  type BaseInputTemplateProps,
  type FieldTemplateProps,
  type ObjectFieldTemplateProps,
  type Registry,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
  type WidgetProps,
} from '@rjsf/utils';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Button, IconButton } from './button.tsx';
import { asName, EntityNamePicker, EntityPicker, OwnerPicker, RepoUrlPicker } from './form-pickers.tsx';
import { isShown } from './form-context.ts';
import { problemsOf, type SchemaProblem } from './json-schema.ts';
import type { SchemaFormProps } from './schema-form.tsx';
import { Glyph } from './status.tsx';
import { splitUiSchema } from './ui-schema.ts';
import './schema-form.css';

const errorOf = (problem: SchemaProblem): RJSFValidationError => ({
  name: problem.keyword,
  message: problem.message,
  property: problem.path.map((key) => `.${key}`).join(''),
  stack: problem.message,
});

const validator: ValidatorType = {
  validateFormData(value, schema, _custom, transform) {
    const errors = problemsOf(schema, value).map(errorOf);
    const shown = transform ? transform(errors) : errors;
    return { errors: shown, errorSchema: toErrorSchema(shown) };
  },
  isValid: (schema, value, root) => problemsOf(schema, value, root).length === 0,
  rawValidation: (schema, value) => ({ errors: problemsOf(schema, value) as never[] }),
};

/** Whether the messages of a field are shown: it was left once, or sending was tried. */
const shows = (registry: Registry, id: string): boolean => isShown(registry.formContext, id);

function FieldTemplate({
  id,
  label,
  children,
  rawErrors: found = [],
  rawHelp,
  rawDescription,
  required = false,
  displayLabel,
  hidden = false,
  schema,
  uiSchema,
  formData,
  onChange,
  fieldPathId,
  registry,
}: FieldTemplateProps) {
  const rawErrors = shows(registry, id) ? found : [];
  if (hidden) return <div hidden>{children}</div>;
  const own = uiSchema?.['ui:field'] !== undefined || schema.type === 'object' || uiSchema?.['ui:widget'] === 'hidden';
  if (own) return children;
  const choice = (schema.enum ?? schema.oneOf ?? schema.type === 'boolean') && schema.type !== 'array';
  const help = rawHelp ?? (choice && schema.type === 'boolean' ? undefined : rawDescription);
  const name = typeof formData === 'string' ? asName(formData) : '';
  const fixes =
    rawErrors.length > 0 &&
    typeof schema.pattern === 'string' &&
    name !== '' &&
    name !== formData &&
    new RegExp(schema.pattern, 'u').test(name);
  const body = (
    <>
      {children}
      {rawErrors.length > 0 ? (
        <div className="p-message" role="alert" id={`${id}__error`}>
          <Glyph status="failed" label={null} size={12} />
          <span>
            {rawErrors[0]}{' '}
            {fixes ? (
              <button type="button" className="p-link" onClick={() => onChange(name, fieldPathId.path)}>
                Use {name}
              </button>
            ) : null}
          </span>
        </div>
      ) : null}
      {help ? (
        <p className="p-help" id={`${id}__help`}>
          {help}
        </p>
      ) : null}
    </>
  );
  if (displayLabel === false) return <div className="p-field">{body}</div>;
  const text = (
    <>
      {label}
      {required || schema.default !== undefined ? null : <span className="optional">optional</span>}
    </>
  );
  const grouped = isRadio(schema as RJSFSchema, uiSchema?.['ui:widget']) || schema.type === 'array';
  return grouped ? (
    <fieldset className="p-field">
      <legend>{text}</legend>
      {body}
    </fieldset>
  ) : (
    <div className="p-field">
      <label htmlFor={id}>{text}</label>
      {body}
    </div>
  );
}

function ObjectTemplate({ title, description, properties, fieldPathId }: ObjectFieldTemplateProps) {
  const root = fieldPathId.path.length === 0;
  const inner = properties.map((property) => <div key={property.name}>{property.content}</div>);
  if (root)
    return (
      <div className="p-stack" style={{ gap: 24 }}>
        {inner}
      </div>
    );
  return (
    <fieldset className="p-field nested">
      {title ? <legend className="group-title">{title}</legend> : null}
      {description ? <p className="group-lede">{description}</p> : null}
      <div className="p-stack">{inner}</div>
    </fieldset>
  );
}

function ArrayTemplate({ items, canAdd = false, onAddClick, title, required = false }: ArrayFieldTemplateProps) {
  return (
    <fieldset className="p-field">
      <legend>
        {title}
        {required ? null : <span className="optional">optional</span>}
      </legend>
      {items}
      {canAdd ? (
        <Button small icon={IconPlus} onClick={onAddClick}>
          Add one
        </Button>
      ) : null}
    </fieldset>
  );
}

function ArrayItem({ children, buttonsProps, index }: ArrayFieldItemTemplateProps) {
  return (
    <div className="item">
      <div>{children}</div>
      {buttonsProps.hasRemove ? (
        <IconButton boxed label={`Remove entry ${index + 1}`} icon={IconX} onClick={buttonsProps.onRemoveItem} />
      ) : null}
    </div>
  );
}

function Input({
  id,
  value,
  type,
  required = false,
  disabled = false,
  readonly = false,
  autofocus = false,
  placeholder,
  onChange,
  onBlur,
  onFocus,
  options,
  schema,
  rawErrors = [],
  registry,
}: BaseInputTemplateProps) {
  const kind = type ?? (schema.type === 'number' || schema.type === 'integer' ? 'number' : schema.format === 'email' ? 'email' : 'text');
  return (
    <input
      id={id}
      className="p-input"
      type={kind}
      {...(kind === 'number' ? { step: schema.type === 'integer' ? 1 : 'any', inputMode: 'decimal' as const } : {})}
      value={(value as string | number | undefined) ?? ''}
      aria-required={required || undefined}
      disabled={disabled}
      readOnly={readonly}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the template's author asked for it
      autoFocus={autofocus}
      placeholder={placeholder}
      spellCheck={false}
      aria-invalid={(rawErrors.length > 0 && shows(registry, id)) || undefined}
      aria-describedby={`${rawErrors.length > 0 ? `${id}__error ` : ''}${id}__help`}
      onChange={(event) => {
        const text = event.target.value;
        if (text === '') return onChange(options.emptyValue);
        onChange(kind === 'number' ? Number(text) : text);
      }}
      onBlur={() => onBlur(id, value)}
      onFocus={() => onFocus(id, value)}
    />
  );
}

function Textarea({ id, value, onChange, onBlur, options, placeholder, rawErrors = [], registry }: WidgetProps) {
  return (
    <textarea
      id={id}
      className="p-input"
      rows={Number(options['rows'] ?? 3)}
      placeholder={placeholder}
      aria-invalid={(rawErrors.length > 0 && shows(registry, id)) || undefined}
      value={(value as string | undefined) ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
      onBlur={() => onBlur(id, value)}
    />
  );
}

const isRadio = (schema: RJSFSchema, widget: unknown): boolean =>
  widget === 'radio' ||
  (widget === undefined &&
    (schema.enum ?? schema.oneOf ?? []).length > 0 &&
    (schema.enum ?? schema.oneOf ?? []).length <= 5 &&
    schema.type !== 'array');

/** Up to five choices: joined radios with a second line; more: a list. */
function Select({
  id,
  value,
  options,
  onChange,
  onBlur,
  schema,
  uiSchema,
  multiple = false,
  placeholder,
  disabled = false,
  rawErrors = [],
  label,
  registry,
}: WidgetProps) {
  const entries = options.enumOptions ?? [];
  const notes = (options['enumDescriptions'] ?? {}) as Record<string, string>;
  if (multiple) {
    const chosen = Array.isArray(value) ? (value as unknown[]) : [];
    return (
      <div className="p-radios">
        {entries.map((entry) => (
          <label key={String(entry.value)} className="p-radio">
            <input
              type="checkbox"
              className="p-check"
              style={{ marginTop: 2 }}
              checked={chosen.includes(entry.value)}
              onChange={(event) =>
                onChange(event.target.checked ? [...chosen, entry.value] : chosen.filter((other) => other !== entry.value))
              }
            />
            <b>{entry.label}</b>
          </label>
        ))}
      </div>
    );
  }
  if (isRadio(schema as RJSFSchema, uiSchema?.['ui:widget'])) {
    return (
      <div className="p-radios" role="radiogroup" aria-label={label}>
        {entries.map((entry) => {
          const note = (entry.schema as { description?: string } | undefined)?.description ?? notes[String(entry.value)];
          return (
            <label key={String(entry.value)} className="p-radio">
              <input
                type="radio"
                name={id}
                disabled={disabled}
                checked={entry.value === value}
                onChange={() => onChange(entry.value)}
                onBlur={() => onBlur(id, value)}
              />
              <span className="p-grow">
                <b>{entry.label}</b>
                {note ? <small>{note}</small> : null}
              </span>
            </label>
          );
        })}
      </div>
    );
  }
  return (
    <select
      id={id}
      className="p-input"
      disabled={disabled}
      aria-invalid={(rawErrors.length > 0 && shows(registry, id)) || undefined}
      value={value === undefined ? '' : String(entries.findIndex((entry) => entry.value === value))}
      onChange={(event) => onChange(event.target.value === '' ? undefined : entries[Number(event.target.value)]?.value)}
      onBlur={() => onBlur(id, value)}
    >
      <option value="">{placeholder || 'Choose'}</option>
      {entries.map((entry, i) => (
        <option key={String(entry.value)} value={i}>
          {entry.label}
        </option>
      ))}
    </select>
  );
}

function Checkbox({ id, value, onChange, label, schema, disabled = false }: WidgetProps) {
  return (
    <label className="p-switch">
      <input
        id={id}
        type="checkbox"
        className="p-check"
        disabled={disabled}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className="p-medium">{label}</span>
        {schema.description ? (
          <span className="p-help" style={{ display: 'block', marginTop: 0 }}>
            {schema.description}
          </span>
        ) : null}
      </span>
    </label>
  );
}

const Nothing = () => null;
const templates = {
  FieldTemplate,
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ArrayTemplate,
  ArrayFieldItemTemplate: ArrayItem,
  BaseInputTemplate: Input,
  ErrorListTemplate: Nothing,
  TitleFieldTemplate: Nothing,
  DescriptionFieldTemplate: Nothing,
};
const widgets = {
  SelectWidget: Select,
  RadioWidget: Select,
  CheckboxesWidget: Select,
  CheckboxWidget: Checkbox,
  TextareaWidget: Textarea,
  textarea: Textarea,
};
const picker = { EntityPicker, OwnerPicker, OwnedEntityPicker: EntityPicker, EntityNamePicker, RepoUrlPicker };

/** The form itself; loaded with the form engine when a form is first shown. */
export function SchemaFormInner({ schema, value, onChange, onSubmit, id, pickers, disabled = false }: SchemaFormProps) {
  const split = useMemo(() => splitUiSchema(schema), [schema]);
  const uiSchema = useMemo(
    () => ({ ...split.uiSchema, 'ui:submitButtonOptions': { ...getSubmitButtonOptions(), norender: true } }),
    [split],
  );
  const bare = useMemo(() => {
    const { title: _title, description: _description, ...rest } = split.schema as RJSFSchema;
    return { type: 'object', ...rest } as RJSFSchema;
  }, [split]);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  // Data, not a function: the form engine takes any two functions for equal and would not draw again.
  const context = { pickers, value, tried, left: [...left] };
  return (
    <Form
      id={id}
      className="p-form"
      schema={bare}
      uiSchema={uiSchema}
      formData={value}
      formContext={context}
      validator={validator}
      templates={templates}
      widgets={widgets}
      fields={picker}
      disabled={disabled}
      noHtml5Validate
      showErrorList={false}
      liveValidate="onChange"
      focusOnFirstError
      // A field passed by empty is not wrong yet: "Continue" asks for it.
      onBlur={(field, value) => setLeft((now) => (now.has(field) || value === undefined || value === '' ? now : new Set([...now, field])))}
      onChange={(event) => onChange((event.formData ?? {}) as Record<string, unknown>)}
      onSubmit={(event) => onSubmit((event.formData ?? {}) as Record<string, unknown>)}
      onError={() => setTried(true)}
    />
  );
}
