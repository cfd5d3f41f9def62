import type { RecordedCall, TestRunView, TestStepName } from '@grantkeeper/contracts/test-runs/http';
import { Code, NativeSelect, Stack, Table, Tabs, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTestTexts } from './use-test-texts.js';

interface CallOfStep {
  step: TestStepName;
  call: RecordedCall;
}

/** What was sent and what came back, call by call, secrets masked; the one of the step that failed first. */
export function RecordedCalls({ run }: { run: TestRunView }) {
  const texts = useTestTexts();
  const calls = run.steps.flatMap(({ name, calls: ofStep }): CallOfStep[] => ofStep.map((call) => ({ step: name, call })));
  const failing = calls.findIndex(({ step }) => step === run.diagnosis?.step);
  const [chosen, setChosen] = useState(Math.max(0, failing));
  const shown = calls[chosen] ?? calls[0];
  if (!shown) return <Text size="sm">{texts.nothingCalled}</Text>;
  return (
    <Stack gap="xs">
      {calls.length > 1 && (
        <NativeSelect
          label={texts.call}
          size="xs"
          value={String(chosen)}
          onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
          data={calls.map(({ step, call }, index) => ({
            value: String(index),
            label: `${index + 1}. ${texts.steps[step]}: ${call.method} ${call.status ?? texts.noAnswer}`,
          }))}
        />
      )}
      <Tabs defaultValue="response">
        <Tabs.List>
          <Tabs.Tab value="headers">{texts.headers}</Tabs.Tab>
          <Tabs.Tab value="response">{texts.response}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="headers" pt="xs">
          <HeadersTab call={shown.call} />
        </Tabs.Panel>
        <Tabs.Panel value="response" pt="xs">
          <ResponseTab call={shown.call} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function HeadersTab({ call }: { call: RecordedCall }) {
  const texts = useTestTexts();
  return (
    <Stack gap="xs">
      <Body title={texts.request} text={`${call.method} ${call.url}`} />
      <Headers title={texts.requestHeaders} headers={call.requestHeaders} />
      <Body title={texts.requestBody} text={call.requestBody} />
      <Headers title={texts.responseHeaders} headers={call.responseHeaders} />
    </Stack>
  );
}

function ResponseTab({ call }: { call: RecordedCall }) {
  const texts = useTestTexts();
  return (
    <Stack gap="xs">
      <Text size="sm">
        {texts.status}: <strong>{call.status ?? texts.noAnswer}</strong> · {texts.took(call.ms)}
      </Text>
      {call.failure !== null && <Text size="sm">{call.failure}</Text>}
      <Body title={texts.responseBody} text={call.responseBody} />
      {call.cut && (
        <Text size="xs" c="dimmed">
          {texts.cut}
        </Text>
      )}
    </Stack>
  );
}

function Headers({ title, headers }: { title: string; headers: Readonly<Record<string, string>> }) {
  const texts = useTestTexts();
  const rows = Object.entries(headers);
  return (
    <section>
      <Title order={3} fz="xs">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="xs" c="dimmed">
          {texts.noHeaders}
        </Text>
      ) : (
        <Table layout="fixed" fz="xs" verticalSpacing={4} aria-label={title}>
          <Table.Tbody>
            {rows.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" w="38%" style={{ overflowWrap: 'anywhere', verticalAlign: 'top' }}>
                  {name}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Body({ title, text }: { title: string; text: string | null }) {
  const texts = useTestTexts();
  return (
    <section>
      <Title order={3} fz="xs" mb={2}>
        {title}
      </Title>
      {text ? (
        <Code
          block
          tabIndex={0}
          role="region"
          aria-label={title}
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: '20rem', overflow: 'auto' }}
        >
          {pretty(text)}
        </Code>
      ) : (
        <Text size="xs" c="dimmed">
          {texts.noBody}
        </Text>
      )}
    </section>
  );
}

/** JSON with its members one below the other; anything else as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
