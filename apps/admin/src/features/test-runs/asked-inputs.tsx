import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { NativeSelect, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import { ApiProblem } from '../../api/client.js';
import { type AskedForm, asksContext } from './asked-model.js';
import { useTestTexts } from './use-test-texts.js';

interface AskedInputsProps {
  profile: ProfileView;
  asked: AskedForm;
  onChange: (asked: AskedForm) => void;
  /** What the API made of the last ask. */
  error: unknown;
  isContextWrong: boolean;
  hint?: string;
  /** Whether nothing may be left out that a user would have to say. */
  isWhole?: boolean;
}

/** What of an error is told at an input: everything below its path. */
const errorAt = (error: unknown, path: string): string | undefined =>
  error instanceof ApiProblem
    ? error.problem.errors
        ?.filter((one) => one.path === path || one.path.startsWith(`${path}.`))
        .map((one) => (one.path === path ? one.message : `${one.path} ${one.message}`))
        .join('; ') || undefined
    : undefined;

/** Whether some input tells this error. */
export const isToldAtInput = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.problem.errors ?? []).some(({ path }) => /^(tenant|fields|context)/.test(path));

/** Tenant, fields and context, as far as the profile has any. */
export function AskedInputs({ profile, asked, onChange, error, isContextWrong, hint, isWhole = false }: AskedInputsProps) {
  const texts = useTestTexts();
  const setField = (key: string, value: string): void => onChange({ ...asked, fields: { ...asked.fields, [key]: value } });
  return (
    <Stack gap="sm">
      {profile.tenancy.enabled && (
        <TenantInput
          tenants={profile.tenancy.allowedTenants ?? []}
          value={asked.tenant}
          onChange={(tenant) => onChange({ ...asked, tenant })}
          error={errorAt(error, 'tenant')}
          isNeeded={isWhole && profile.tenancy.allowedTenants?.length !== 1}
        />
      )}
      {profile.additionalFields.map(({ key, label, hint: own, secret, required, allowedValues, value }) => {
        const isNeeded = isWhole && required !== false && value === undefined;
        const shared = {
          label: label ?? key,
          description: own ?? hint,
          error: errorAt(error, `fields.${key}`),
          required: isNeeded,
        };
        const typed = asked.fields[key] ?? '';
        const change = ({ currentTarget }: { currentTarget: { value: string } }): void => setField(key, currentTarget.value);
        if (secret) return <PasswordInput key={key} {...shared} value={typed} onChange={change} autoComplete="off" />;
        if (allowedValues)
          return <NativeSelect key={key} {...shared} value={typed} onChange={change} data={['', ...allowedValues]} />;
        return <TextInput key={key} {...shared} value={typed} onChange={change} placeholder={value} maxLength={1000} />;
      })}
      {asksContext(profile) && (
        <Textarea
          label={texts.context}
          description={texts.contextHint}
          value={asked.context}
          onChange={({ currentTarget }) => onChange({ ...asked, context: currentTarget.value })}
          error={isContextWrong ? texts.noObject : errorAt(error, 'context')}
          autosize
          minRows={2}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      )}
    </Stack>
  );
}

interface TenantInputProps {
  tenants: readonly string[];
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  isNeeded: boolean;
}

function TenantInput({ tenants, value, onChange, error, isNeeded }: TenantInputProps) {
  const texts = useTestTexts();
  const shared = {
    label: texts.tenant,
    value,
    error,
    required: isNeeded,
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) => onChange(currentTarget.value),
  };
  return tenants.length > 0 ? (
    <NativeSelect {...shared} data={['', ...tenants]} />
  ) : (
    <TextInput {...shared} maxLength={253} autoComplete="off" />
  );
}
