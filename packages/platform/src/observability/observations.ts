import { channel } from 'node:diagnostics_channel';

/** What parts tell whoever measures them. Never an id of a user, grant or profile, and of a URL its host alone. */
export interface Observations {
  'http.answered': { method: string; route: string; status: number; seconds: number };
  'token.answered': { status: string };
  /** One gathered statement has answered this many asks. */
  'token.read': { asks: number };
  'job.ended': { job: string; outcome: 'done' | 'failed'; seconds: number };
  /** `lagSeconds`: from the instant when the refresh was due to its mark. */
  'refresh.marked': { lagSeconds: number };
  /** What became of a flight is stored. */
  'flight.settled': { kind: 'exchange' | 'refresh'; provider: string; outcome: string };
  /** A provider's gate did not let a refresh through. */
  'refresh.deferred': { provider: string; why: string };
  'provider.called': { kind: string; result: string; seconds: number };
}

type Seen = { [K in keyof Observations]: { what: K; seen: Observations[K] } }[keyof Observations];
export type Watchers = { readonly [K in keyof Observations]: (seen: Observations[K]) => void };

const observations = channel('grantkeeper:observed');

/** Tells whoever measures. Without a watcher it costs nothing. */
export function observe<K extends keyof Observations>(what: K, seen: Observations[K]): void {
  if (observations.hasSubscribers) observations.publish({ what, seen });
}

/** Watches all that this process observes, until the answered function is called. */
export function watch(watchers: Watchers): () => void {
  const onSeen = (message: unknown): void => {
    const { what, seen } = message as Seen;
    (watchers[what] as (seen: Observations[keyof Observations]) => void)(seen);
  };
  observations.subscribe(onSeen);
  return () => void observations.unsubscribe(onSeen);
}
