import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';

export interface FailureText {
  title: string;
  toUser: string;
  toAuthor: string;
}

/** What people are told about a failed authorization: our words alone, never the provider's. */
export const failureTexts: Record<FailureReason, FailureText> = {
  code_refused: {
    title: 'The sign-in could not be finished',
    toUser: 'The provider no longer accepts this sign-in. Please go back to the chat and ask for a new link.',
    toAuthor:
      'The token endpoint refused the authorization code: it was used before, came too late, or the redirect URI or PKCE did not match.',
  },
  client_refused: {
    title: 'The connection is not set up correctly',
    toUser: 'The provider does not recognise this assistant. Please tell the people who run it; trying again will not help.',
    toAuthor: 'The client ID or the client secret is wrong, or the provider expects another kind of client authentication.',
  },
  provider_refused: {
    title: 'The provider refused the connection',
    toUser: 'The provider did not accept the request. Please tell the people who run this assistant.',
    toAuthor:
      'The token endpoint refused the request itself: check the token URL, the scope and the grant types that the client may use.',
  },
  provider_unreachable: {
    title: 'The provider could not be reached',
    toUser: 'The provider could not be reached. Please go back to the chat and try again later.',
    toAuthor: 'No connection to the token endpoint could be made: check its host name, its certificate and the outbound rules.',
  },
  provider_error: {
    title: 'The provider has a problem',
    toUser: 'The provider had a problem of its own. Please go back to the chat and try again later.',
    toAuthor: 'The token endpoint answered with an error of the server, a limit or a redirect instead of a token.',
  },
  unreadable_answer: {
    title: 'The provider’s answer could not be used',
    toUser: 'The provider’s answer could not be used. Please tell the people who run this assistant.',
    toAuthor: 'The token endpoint answered with a kind of token that is not supported; only bearer tokens are.',
  },
  issuer_mismatch: {
    title: 'The answer came from somewhere else',
    toUser:
      'The answer did not come from the expected provider, so nothing was connected. Please go back to the chat and ask for a new link.',
    toAuthor:
      'The issuer or the audience in the answer is not the one that discovery told. Check the discovery URL and the client ID.',
  },
  other_account: {
    title: 'That is another account',
    toUser:
      'You signed in with another account than before. The existing connection was kept; to renew it, sign in with the same account.',
    toAuthor: 'The provider named another subject than the one of the existing grant, which was kept.',
  },
  endpoints_changed: {
    title: 'The connection was changed meanwhile',
    toUser: 'The connection was changed while you were signing in. Please go back to the chat and ask for a new link.',
    toAuthor: 'The profile’s endpoints or client were revised between the link and the answer, so the code was not sent.',
  },
  profile_unavailable: {
    title: 'The connection is switched off',
    toUser: 'This connection has been switched off. Please tell the people who run this assistant.',
    toAuthor: 'The profile was disabled, archived or deleted while the user was signing in.',
  },
};
