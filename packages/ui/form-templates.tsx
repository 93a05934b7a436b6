import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  RJSFSchema,
} from '@rjsf/utils';
import { IconPlus, IconX } from '@tabler/icons-react';
import { Button, IconButton } from './button.tsx';
import { Hinted } from './form-hint.tsx';
import { asName } from './form-pickers.tsx';
import { Input, isRadio, shows } from './form-widgets.tsx';
import { Glyph } from './status.tsx';

/** A field's label, messages and help around what holds its value. */
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
      <Hinted
        id={id}
        context={registry.formContext}
        path={fieldPathId.path}
        value={formData}
        onUse={(value) => onChange(value, fieldPathId.path)}
      >
        {() => children}
      </Hinted>
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

const Nothing = () => null;
/** What stands around fields, by the form engine's names. */
export const templates = {
  FieldTemplate,
  ObjectFieldTemplate: ObjectTemplate,
  ArrayFieldTemplate: ArrayTemplate,
  ArrayFieldItemTemplate: ArrayItem,
  BaseInputTemplate: Input,
  ErrorListTemplate: Nothing,
  TitleFieldTemplate: Nothing,
  DescriptionFieldTemplate: Nothing,
};
