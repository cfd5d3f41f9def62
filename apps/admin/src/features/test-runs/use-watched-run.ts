import type { TestRunView } from '@grantkeeper/contracts/test-runs/http';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { testRunEventsUrl, testRunQuery } from './test-runs.api.js';
import { afterEvent, isOver, notBegun, ofView, type WatchedRun } from './watched-run.js';

/** Without a stream the run is asked for so often. */
const pollMs = 2_000;

/** A run as it happens: told by its stream, or asked for where there is none; `whole` once it is over. */
export function useWatchedRun(id: string | null): { run: WatchedRun; whole: TestRunView | null } {
  const { run: streamed, isBroken } = useStream(id);
  const isStreamOver = isOver(streamed.state.state);
  const { data } = useQuery({
    ...testRunQuery(id ?? ''),
    enabled: id !== null && (isBroken || isStreamOver),
    refetchInterval: ({ state }) => (state.data && isOver(state.data.state) ? false : pollMs),
  });
  const told = data?.id === id ? data : undefined;
  const whole = told && isOver(told.state) ? told : null;
  return { run: whole || (isBroken && told) ? ofView(whole ?? (told as TestRunView)) : streamed, whole };
}

function useStream(id: string | null): { run: WatchedRun; isBroken: boolean } {
  const [run, setRun] = useState(notBegun);
  const [isBroken, setIsBroken] = useState(false);
  useEffect(() => {
    setRun(notBegun);
    setIsBroken(false);
    if (id === null) return;
    const stream = new EventSource(testRunEventsUrl(id));
    let latest = notBegun;
    const listen = (event: 'step' | 'state') =>
      stream.addEventListener(event, ({ data }: MessageEvent<string>) => {
        latest = afterEvent(latest, event, data);
        setRun(latest);
        if (isOver(latest.state.state)) stream.close(); // else the browser would connect again
      });
    listen('step');
    listen('state');
    stream.addEventListener('error', () => setIsBroken(true));
    stream.addEventListener('open', () => setIsBroken(false));
    return () => stream.close();
  }, [id]);
  return { run, isBroken };
}
