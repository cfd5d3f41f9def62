import type { AuthorizationState } from '@grantkeeper/contracts/authorizations/http';
import type { EndReason, GrantStatus, ReconnectReason } from '@grantkeeper/contracts/grants/http';
import type { SendOutcome } from '@grantkeeper/core/grants/answer-class';

/** A grant as a flight leaves it. Tokens are in plain: nobody but these specs sees them. */
export interface GrantView {
  id: string;
  status: GrantStatus;
  reason: ReconnectReason | EndReason | null;
  version: number;
  attempt: string | null;
  sends: number;
  constant: boolean;
  lastFailure: string | null;
  accessToken: string | null;
  refreshToken: string | null;
  /** Never said of a grant that has ended. */
  hasExpired: boolean;
}

export interface AuthorizationView {
  id: string;
  state: AuthorizationState;
  reason: string | null;
  attempt: string | null;
}

/** What is stored of one user's account: its latest grant, its latest authorization, and the access tokens that wait to be revoked. */
export interface View {
  grant: GrantView | null;
  authorization: AuthorizationView | null;
  revocations: string[];
}

/** What a flight may send. */
export interface Prepared {
  secret: string;
  /** A refresh token that is known to be constant. */
  mayRepeat: boolean;
}

/** One try at an exchange or a refresh, as a worker goes through it. Everything in it is lost when its worker dies. */
export interface Flight {
  /** Null where it ends before the mark. */
  prepare(): Promise<Prepared | null>;
  /** False where somebody else has the flight. */
  mark(): Promise<boolean>;
  /** The mark's answer was lost: takes back what may have been stored. */
  withdraw(): Promise<void>;
  /** False where another flight has to end first: to be tried again. */
  settle(outcome: SendOutcome): Promise<boolean>;
}

/** The store under the flights: in memory, as the rules say, or PostgreSQL by the product's own statements. */
export interface FlightStore {
  /** Null where there is nothing to do. `attempt` is the name that its mark will bear. */
  begin(kind: 'exchange' | 'refresh', worker: number, attempt: string): Promise<Flight | null>;
  /** A newer ask ends the open authorization, and its code arrives. */
  consent(authorizationId: string, code: string): Promise<void>;
  signOut(): Promise<void>;
  /** New data keys, and everything sealed anew. */
  rewrap(): Promise<void>;
  enable(isEnabled: boolean): Promise<void>;
  /** The sweeper's turn. */
  expire(): Promise<void>;
  /** Every worker notices that the database was away; what they hold they keep. */
  databaseLost(): Promise<void>;
  elapse(milliseconds: number): Promise<void>;
  view(): Promise<View>;
}
