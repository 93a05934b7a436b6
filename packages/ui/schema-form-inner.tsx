import Form from '@rjsf/core';
import { getSubmitButtonOptions, toErrorSchema, type RJSFSchema, type RJSFValidationError, type ValidatorType } from '@rjsf/utils';
import { useMemo, useState } from 'react';
import type { FormContext } from './form-context.ts';
import { EntityNamePicker, EntityPicker, OwnerPicker, RepoUrlPicker } from './form-pickers.tsx';
import { templates } from './form-templates.tsx';
import { widgets } from './form-widgets.tsx';
import { problemsOf, type SchemaProblem } from './json-schema.ts';
import type { SchemaFormProps } from './schema-form.tsx';
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

const picker = { EntityPicker, OwnerPicker, OwnedEntityPicker: EntityPicker, EntityNamePicker, RepoUrlPicker };

/** The form itself; loaded with the form engine when a form is first shown. */
export function SchemaFormInner({ schema, value, onChange, onSubmit, id, pickers, hints, disabled = false }: SchemaFormProps) {
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
  const context: FormContext = { pickers, value, tried, left: [...left], hints: hints ?? [] };
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
