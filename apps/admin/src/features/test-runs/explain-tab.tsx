import type { ExplainedValue, Explanation } from '@grantkeeper/contracts/profiles/explain';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { Button, Card, Code, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemAlert } from '../../ui/problem-alert.js';
import { AskedInputs, isToldAtInput } from './asked-inputs.js';
import { asksAnything, emptyAsk, toAsk } from './asked-model.js';
import { explainProfile } from './test-runs.api.js';
import { useTestTexts } from './use-test-texts.js';

/** Every request that a profile leads to, each value with its source. */
export function ExplainTab({ profile }: { profile: ProfileView }) {
  const { explain: texts } = useTestTexts();
  const [asked, setAsked] = useState(() => emptyAsk(profile));
  const [body, setBody] = useState(() => toAsk(asked));
  const { data, error } = useQuery({
    queryKey: ['profiles', profile.id, 'explain', profile.revision, body],
    enabled: body !== null,
    queryFn: () => explainProfile(profile.id, body ?? {}),
    placeholderData: (before) => before,
  });
  return (
    <Stack>
      <Text c="dimmed">{texts.intro}</Text>
      {asksAnything(profile) && (
        <Card withBorder maw="40rem" padding="md">
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              setBody(toAsk(asked));
            }}
          >
            <Stack gap="sm">
              <AskedInputs
                profile={profile}
                asked={asked}
                onChange={setAsked}
                error={error}
                isContextWrong={body === null}
                hint={texts.fieldHint}
              />
              <Group>
                <Button type="submit">{texts.show}</Button>
              </Group>
            </Stack>
          </form>
        </Card>
      )}
      <ProblemAlert error={isToldAtInput(error) ? null : error} />
      {data?.requests.map((request) => (
        <ExplainedRequest key={request.request} request={request} />
      ))}
    </Stack>
  );
}

function ExplainedRequest({ request }: { request: Explanation['requests'][number] }) {
  const { explain: texts } = useTestTexts();
  const parts = (['placeholders', 'query', 'headers', 'body'] as const).filter((part) => request[part].length > 0);
  return (
    <Card withBorder padding="md" component="section" aria-label={texts.requests[request.request]}>
      <Title order={2} fz="h4" mb="xs">
        {texts.requests[request.request]}
      </Title>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {request.method} {request.url}
      </Code>
      {parts.map((part) => (
        <Values key={part} title={texts.parts[part]} values={request[part]} />
      ))}
    </Card>
  );
}

function Values({ title, values }: { title: string; values: readonly ExplainedValue[] }) {
  const texts = useTestTexts();
  const { sources } = texts.explain;
  return (
    <section>
      <Title order={3} fz="sm" mt="sm">
        {title}
      </Title>
      <Table layout="fixed" fz="sm" verticalSpacing={4} aria-label={title}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w="28%">
              {texts.explain.name}
            </Table.Th>
            <Table.Th scope="col">{texts.value}</Table.Th>
            <Table.Th scope="col" w="28%">
              {texts.explain.source}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody style={{ overflowWrap: 'anywhere', verticalAlign: 'top' }}>
          {values.map(({ name, value, source }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{value}</Table.Td>
              <Table.Td>{sources[source] ?? source}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
