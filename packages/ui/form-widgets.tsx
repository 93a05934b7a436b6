import type { BaseInputTemplateProps, Registry, RJSFSchema, WidgetProps } from '@rjsf/utils';
import { isShown } from './form-context.ts';

/** Whether the messages of a field are shown: it was left once, or sending was tried. */
export const shows = (registry: Registry, id: string): boolean => isShown(registry.formContext, id);

/** One line of text, or a number. */
export function Input({
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

/** Whether a field's choices stand below each other, all in sight. */
export const isRadio = (schema: RJSFSchema, widget: unknown): boolean =>
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

/** What holds a field's value, by the form engine's names. */
export const widgets = {
  SelectWidget: Select,
  RadioWidget: Select,
  CheckboxesWidget: Select,
  CheckboxWidget: Checkbox,
  TextareaWidget: Textarea,
  textarea: Textarea,
};
