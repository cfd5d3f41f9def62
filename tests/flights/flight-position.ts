import type { SendOutcome } from '@grantkeeper/core/grants/answer-class';
import type { Flight, Prepared } from './flight-store.js';

export type Kind = 'exchange' | 'refresh';

/** Where a worker stands in its flight. It may stay there for as long as the others like: then it is frozen. */
export type Position =
  | { at: 'rest' }
  | ({ at: 'read' } & Begun)
  | ({ at: 'prepared'; prepared: Prepared } & Begun)
  | ({ at: 'marked'; prepared: Prepared; markedAt: number } & Begun)
  | Answered;

/** `losses`: how often the database had been lost when it began. */
type Begun = { kind: Kind; flight: Flight; losses: number };

/** `isHeld`: it waits for the database and for nothing else. */
export type Answered = { at: 'answered'; prepared: Prepared; markedAt: number; outcome: SendOutcome; isHeld: boolean } & Begun;
