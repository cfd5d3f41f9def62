import { type Evidence, type SeenRequest, type Violation, violation, type Witness } from './evidence.js';

/** The mark's 30 s, by two clocks that are read at different moments. */
const restMs = 29_000;

/** No code is in two token requests; no rotating refresh token is sent again once it may be spent, but for the one re-send after its rest. */
export function sentOnce({ witnesses, movedOn }: Evidence): Violation[] {
  return witnesses.flatMap((witness) => [
    ...violation('sent once', `codes in two token requests at ${witness.name}`, codesSentTwice(witness)),
    ...violation('sent once', `rotating refresh tokens sent too often at ${witness.name}`, sentTooOften(witness, movedOn)),
  ]);
}

function codesSentTwice(witness: Witness): string[] {
  return [...by(witness.requests(), ({ code }) => code)].filter(([, requests]) => requests.length > 1).map(([code]) => code);
}

function sentTooOften(witness: Witness, movedOn: ReadonlySet<string>): string[] {
  if (!witness.rotates) return [];
  const tokens = by(witness.requests(), ({ refreshToken }) => refreshToken);
  return [...tokens]
    .filter(([token, requests]) => !isAllowed(requests, movedOn.has(token)))
    .map(([token, requests]) => `${token}: ${requests.map(told).join(', ')}`);
}

const told = ({ at, refused }: SeenRequest): string =>
  `${new Date(at).toISOString()} ${refused === null ? 'outcome not known' : refused ? 'refused' : 'not refused'}`;

/** Complete error answers before it may be spent do not count: nothing was spent. Of those after it a 429 or 5xx is not the one re-send, but it too comes after the rest. */
function isAllowed(requests: readonly SeenRequest[], isMovedOn: boolean): boolean {
  const first = requests.findIndex(({ refused }) => refused !== true);
  const spending = requests[first];
  if (spending === undefined) return true;
  const later = requests.slice(first + 1);
  const hasRested = isMovedOn || later.every(({ at }) => at - spending.at >= restMs);
  return hasRested && later.filter(({ isPassing }) => isPassing !== true).length <= 1;
}

function by(
  requests: readonly SeenRequest[],
  presented: (request: SeenRequest) => string | undefined,
): Map<string, SeenRequest[]> {
  const found = new Map<string, SeenRequest[]>();
  for (const request of requests) {
    const name = presented(request);
    if (name === undefined) continue;
    const known = found.get(name);
    if (known) known.push(request);
    else found.set(name, [request]);
  }
  return found;
}
