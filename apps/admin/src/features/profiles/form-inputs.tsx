import { NativeSelect, PasswordInput, Switch, Textarea, TextInput, type TextInputProps } from '@mantine/core';
import { Controller, type FieldPath, get, useFormContext } from 'react-hook-form';
import { inputId } from './field-inputs.js';
import { useFieldTexts, useFormPlace, useProfileTexts } from './form-context.js';
import type { ProfileForm } from './form-model.js';

export type InputName = FieldPath<ProfileForm>;

/** Everything that ties an input to the form: its id by the contract's path, and what was found wrong with it. */
export function useInput(name: InputName) {
  const {
    register,
    formState: { errors },
  } = useFormContext<ProfileForm>();
  const error: unknown = (get(errors, name) as { message?: unknown } | undefined)?.message;
  return { ...register(name), id: inputId(name), error: typeof error === 'string' ? error : undefined };
}

interface FieldProps {
  name: InputName;
  label?: string;
  hint?: string;
}
/** The words at an input, its own unless told others. */
function useWords({ name, label, hint }: FieldProps): { label: string; description: string | undefined } {
  const { labels, hints } = useFieldTexts();
  return { label: label ?? labels[name] ?? name, description: hint ?? hints[name] };
}

interface TextFieldProps extends FieldProps {
  required?: boolean;
  numeric?: boolean;
  placeholder?: string;
  flex?: TextInputProps['flex'];
}

export function TextField({ required, numeric, placeholder, flex, ...field }: TextFieldProps) {
  const { readOnly } = useFormPlace();
  return (
    <TextInput
      {...useInput(field.name)}
      {...useWords(field)}
      required={required}
      inputMode={numeric ? 'numeric' : undefined}
      placeholder={placeholder}
      readOnly={readOnly}
      flex={flex}
      autoComplete="off"
      spellCheck={false}
      maw={numeric ? '20rem' : undefined}
    />
  );
}

export function AreaField({ minRows = 2, ...field }: FieldProps & { minRows?: number }) {
  const { readOnly } = useFormPlace();
  return <Textarea {...useInput(field.name)} {...useWords(field)} autosize minRows={minRows} maxRows={12} readOnly={readOnly} />;
}

export function SecretField({ required, ...field }: FieldProps & { required?: boolean }) {
  const { readOnly } = useFormPlace();
  const { show, hide } = useSecretWords();
  return (
    <PasswordInput
      {...useInput(field.name)}
      {...useWords(field)}
      required={required}
      readOnly={readOnly}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': `${show} / ${hide}`, size: 24 }}
    />
  );
}

export function ChoiceField({ choices, ...field }: FieldProps & { choices: Readonly<Record<string, string>> }) {
  const { readOnly } = useFormPlace();
  const data = Object.entries(choices).map(([value, label]) => ({ value, label }));
  return <NativeSelect {...useInput(field.name)} {...useWords(field)} data={data} disabled={readOnly} />;
}

/** Mantine's switch holds its own state, so it is told what the form holds. */
export function SwitchField(field: FieldProps) {
  const { readOnly } = useFormPlace();
  const { control } = useFormContext<ProfileForm>();
  const words = useWords(field);
  return (
    <Controller
      control={control}
      name={field.name}
      render={({ field: { value, onChange, ...input }, fieldState }) => (
        <Switch
          {...input}
          {...words}
          id={inputId(field.name)}
          checked={value === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
          error={fieldState.error?.message}
          disabled={readOnly}
        />
      )}
    />
  );
}

function useSecretWords() {
  const { form } = useProfileTexts();
  return { show: form.show, hide: form.hide };
}
