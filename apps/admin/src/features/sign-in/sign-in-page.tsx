import { signInSchema } from '@grantkeeper/contracts/operators/http';
import { Alert, Box, Button, Divider, Group, Paper, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { sessionKey, signIn, signInMethodsQuery } from '../../api/session.js';
import { useTexts } from '../../i18n/language.js';
import { PreferencesMenu } from '../../layout/preferences-menu.js';
import { hasCode } from '../../ui/field-problems.js';
import { contractResolver } from '../../ui/form-resolver.js';
import { Icon } from '../../ui/icons.js';
import { PageHeader } from '../../ui/page-header.js';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

const route = getRouteApi('/sign-in');

/** Email and password; then on to where one wanted to go. */
export function SignInPage() {
  const texts = useTexts({ en, de });
  const { to = '/', problem } = route.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  const form = useForm({ resolver: contractResolver(signInSchema), defaultValues: { email: '', password: '' } });
  const { mutate, isPending, error } = useMutation({
    mutationFn: signIn,
    onSuccess: (session) => {
      queryClient.setQueryData(sessionKey, session);
      router.history.push(`/admin${to}`);
    },
    onError: () => form.resetField('password', { keepError: true }),
  });
  const isWrong = hasCode(error, 'operators.wrong-credentials');
  return (
    <Box component="main" maw="26rem" mx="auto" px="md" py="xl">
      <Group justify="space-between" mb="lg" wrap="nowrap">
        <Group gap="sm" wrap="nowrap">
          <Icon name="key" size={22} />
          <Text fw={650}>Grantkeeper</Text>
        </Group>
        <Group gap={4} wrap="nowrap">
          <PreferencesMenu />
        </Group>
      </Group>
      <Paper withBorder p="lg" radius="lg">
        <PageHeader title={texts.title}>{texts.intro}</PageHeader>
        {problem && !error && (
          <Alert color="red" role="alert" icon={<Icon name="warning" />} mb="md">
            {texts.problems[problem]}
          </Alert>
        )}
        {isWrong ? (
          <Alert color="red" role="alert" icon={<Icon name="warning" />} mb="md">
            {texts.wrong}
          </Alert>
        ) : (
          <ProblemAlert error={error} />
        )}
        <form method="post" onSubmit={form.handleSubmit((values) => mutate(values))} noValidate>
          <Stack>
            <TextInput
              label={texts.email}
              type="email"
              autoComplete="username"
              autoFocus
              required
              error={form.formState.errors.email?.message}
              {...form.register('email')}
            />
            <PasswordInput
              label={texts.password}
              autoComplete="current-password"
              required
              error={form.formState.errors.password?.message}
              {...form.register('password')}
            />
            <Button type="submit" loading={isPending}>
              {texts.submit}
            </Button>
          </Stack>
        </form>
        <CompanySignIn />
      </Paper>
    </Box>
  );
}

/** The company's own sign-in, where there is one: a page of its own, and back. */
function CompanySignIn() {
  const texts = useTexts({ en, de });
  const { data } = useQuery(signInMethodsQuery);
  if (!data?.oidc) return null;
  return (
    <>
      <Divider my="lg" label={texts.or} />
      <Button component="a" href="/v1/session/oidc" variant="default" fullWidth leftSection={<Icon name="people" size={16} />}>
        {data.oidc.name}
      </Button>
    </>
  );
}
