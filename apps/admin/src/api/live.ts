import { liveChangeSchema } from '@grantkeeper/contracts/live/http';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

const pollMs = 15_000;
const reopenMs = 30_000;

/** Keeps what is shown fresh: what the API says has changed is asked for again; without its stream, everything every 15 s. */
export function useLiveUpdates(): { live: boolean } {
  const queryClient = useQueryClient();
  const [live, setLive] = useState(false);
  useEffect(() => {
    const opened = () => {
      setLive(true);
      void queryClient.invalidateQueries({ refetchType: 'active' }); // what changed while nobody listened
    };
    const changed = ({ data }: MessageEvent<string>) => {
      const { topic } = liveChangeSchema.parse(JSON.parse(data));
      void queryClient.invalidateQueries({ queryKey: [topic] });
    };
    return listen({ opened, changed, closed: () => setLive(false) });
  }, [queryClient]);
  useEffect(() => {
    if (live) return;
    const timer = setInterval(() => void queryClient.invalidateQueries({ refetchType: 'active' }), pollMs);
    return () => clearInterval(timer);
  }, [live, queryClient]);
  return { live };
}

interface Listener {
  opened(): void;
  changed(event: MessageEvent<string>): void;
  closed(): void;
}

/** A browser opens a broken stream again by itself, but not one that was refused, as by an API that stops. */
function listen({ opened, changed, closed }: Listener): () => void {
  let stream: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    stream = new EventSource('/v1/live');
    stream.addEventListener('open', opened);
    stream.addEventListener('changed', changed);
    stream.addEventListener('error', () => {
      closed();
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, reopenMs);
    });
  };
  open();
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}
