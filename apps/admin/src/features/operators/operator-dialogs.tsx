import type { OperatorView, Roles } from '@grantkeeper/contracts/operators/http';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { useCommonTexts } from '../../ui/common-texts.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { NewPasswordInput } from './new-password-input.js';
import { changeOperator, createOperator } from './operators.api.js';
import { RoleFields } from './role-fields.js';
import { SessionList } from './session-list.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';
import { useToldFields } from './use-told-fields.js';

interface DialogProps {
  onDone: (message: string) => void;
  onClose: () => void;
}
type Of = DialogProps & { operator: OperatorView };

/** Address, password and roles of somebody new. */
export function NewOperatorDialog({ onDone, onClose }: DialogProps) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [roles, setRoles] = useState<Roles>({ role: 'viewer', assistantRoles: [] });
  const form = useToldFields(
    () => createOperator({ email: email.trim(), password, ...roles }),
    (path) => /^(email|password|role|assistantRoles)/.test(path),
    () => onDone(texts.added(email.trim())),
  );
  return (
    <FormDialog title={texts.addTitle} submit={common.create} form={form} onClose={onClose}>
      <TextInput
        id="operator-email"
        label={texts.email}
        type="email"
        autoComplete="off"
        required
        data-autofocus
        value={email}
        error={form.errors.email}
        onChange={({ currentTarget }) => {
          setEmail(currentTarget.value);
          form.forget('email');
        }}
      />
      <NewPasswordInput
        value={password}
        error={form.errors.password}
        onChange={(typed) => {
          setPassword(typed);
          form.forget('password');
        }}
      />
      <RoleFields value={roles} errors={form.errors} onChange={setRoles} />
    </FormDialog>
  );
}

/** Other roles for somebody. */
export function RolesDialog({ operator, onDone, onClose }: Of) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  const [{ role, assistantRoles }, setRoles] = useState<Roles>(operator);
  const form = useToldFields(
    () => changeOperator(operator, { role, assistantRoles: [...assistantRoles] }),
    (path) => /^(role|assistantRoles)/.test(path),
    () => onDone(texts.rolesSaved(operator.email)),
  );
  return (
    <FormDialog title={texts.editTitle(operator.email)} submit={common.save} form={form} onClose={onClose}>
      <RoleFields value={{ role, assistantRoles }} errors={form.errors} onChange={setRoles} />
    </FormDialog>
  );
}

/** A new password for somebody who has lost theirs, or whose account may be in other hands. */
export function ResetPasswordDialog({ operator, onDone, onClose }: Of) {
  const texts = useTexts({ en, de });
  const [password, setPassword] = useState('');
  const form = useToldFields(
    () => changeOperator(operator, { password }),
    (path) => path === 'password',
    () => onDone(texts.resetDone(operator.email)),
  );
  return (
    <FormDialog title={texts.resetTitle(operator.email)} submit={texts.reset} form={form} onClose={onClose}>
      <Text>{texts.resetText}</Text>
      <NewPasswordInput
        value={password}
        error={form.errors.password}
        onChange={(typed) => {
          setPassword(typed);
          form.forget('password');
        }}
      />
    </FormDialog>
  );
}

/** Where somebody is signed in. */
export function SessionsDialog({ operator: { id, email }, onClose }: Pick<Of, 'operator' | 'onClose'>) {
  const texts = useTexts({ en, de });
  const common = useCommonTexts();
  return (
    <Modal opened onClose={onClose} title={texts.sessionsOf(email)} size="xl" closeButtonProps={{ 'aria-label': common.close }}>
      <SessionList operatorId={id} />
    </Modal>
  );
}

interface FormDialogProps {
  title: string;
  submit: string;
  form: ReturnType<typeof useToldFields>;
  onClose: () => void;
  children: ReactNode;
}

function FormDialog({ title, submit, form, onClose, children }: FormDialogProps) {
  const common = useCommonTexts();
  const send = (event: FormEvent) => {
    event.preventDefault();
    form.submit();
  };
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': common.close }} centered>
      <ProblemAlert error={form.left} />
      <form onSubmit={send} noValidate>
        <Stack>{children}</Stack>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {common.cancel}
          </Button>
          <Button type="submit" loading={form.isPending}>
            {submit}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
