import { Module } from '@nestjs/common';
import { FailurePages } from '../http/failure-pages.js';
import { AcceptCallbackHandler } from './accept-callback.command.js';
import { AuthorizationWatch } from './authorization-watch.js';
import { AuthorizationsController } from './authorizations.controller.js';
import { GetAuthorizationHandler } from './authorizations.queries.js';
import { AuthorizeEveryoneController } from './authorize-everyone.controller.js';
import { BeginConsentHandler } from './begin-consent.command.js';
import { CallbackController } from './callback.controller.js';
import { CallbackForms } from './callback-forms.js';
import { CompleteAuthorizationHandler } from './complete-authorization.command.js';
import { ConfirmAccountHandler } from './confirm-account.command.js';
import { FlightWait } from './flight-wait.js';
import { OpenAuthorizationHandler } from './open-authorization.command.js';
import { SignInFailurePages } from './pages/sign-in-failure-pages.js';
import { SignInController } from './sign-in.controller.js';
import { SignInLinks } from './sign-in-links.js';
import { SignInView } from './sign-in-view.js';
import { TestSignInView } from './test-sign-in-view.js';

/**
 * One consent in progress, from the link to its outcome:
 *   POST /v1/token                        OpenAuthorization: the link
 *   POST /v1/profiles/:id/authorize        the same, by an operator for everyone
 *   GET  /sign-in/:handle                 how it stands, for this browser; changes nothing
 *   POST /sign-in/:handle                 BeginConsent (Continue), ConfirmAccount (second Continue, "This is not me")
 *   GET  /callback/:profileId             AcceptCallback: state once, browser, issuer; the code is sealed for the worker
 *   POST /callback/:profileId             the same by form: kept, and fetched by our own GET
 *   GET  /v1/authorizations/:id           how it stands, for the runtime
 *   POST /v1/authorizations/:id/complete  CompleteAuthorization: the typed code, or verifier and handle
 */
@Module({
  controllers: [AuthorizeEveryoneController, SignInController, CallbackController, AuthorizationsController],
  providers: [
    SignInLinks,
    SignInView,
    TestSignInView,
    CallbackForms,
    FlightWait,
    AuthorizationWatch,
    OpenAuthorizationHandler,
    BeginConsentHandler,
    AcceptCallbackHandler,
    ConfirmAccountHandler,
    CompleteAuthorizationHandler,
    GetAuthorizationHandler,
    { provide: FailurePages, useClass: SignInFailurePages },
  ],
  exports: [FailurePages],
})
export class AuthorizationsModule {}
