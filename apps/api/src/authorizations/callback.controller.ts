import { idSchema } from '@grantkeeper/contracts/text';
import { type Callback, readCallback } from '@grantkeeper/core/authorizations/callback';
import { Body, Controller, Get, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../config.js';
import { Anyone } from '../http/caller.js';
import { badCallbackPage, otherBrowserPage } from '../pages/notice-pages.js';
import { PageFilter } from '../pages/page.filter.js';
import { sendOn, sendPage } from '../pages/page.js';
import { AcceptCallback, type CallbackOutcome } from './accept-callback.command.js';
import { browserTokenOf } from './browser-cookie.js';
import { CallbackForms } from './callback-forms.js';
import { SignInLinks } from './sign-in-links.js';

/** Where providers send the browser back to (RFC 6749 section 3.1.2): by GET, or by a form (OAuth 2.0 Form Post Response Mode), which any profile takes. */
@Controller('callback')
@UseFilters(PageFilter)
export class CallbackController {
  constructor(
    private readonly commands: CommandBus,
    private readonly forms: CallbackForms,
    private readonly links: SignInLinks,
    private readonly config: ApiConfig,
  ) {}

  @Get(':profileId')
  @Anyone()
  async byQuery(
    @Param('profileId') profileId: string,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!idSchema.safeParse(profileId).success) return sendPage(reply, badCallbackPage);
    const browserToken = browserTokenOf(request, this.config);
    const callback = typeof query.form === 'string' ? await this.forms.take(profileId, query.form) : readCallback(query);
    if (callback?.ok === false) return sendPage(reply, badCallbackPage);
    this.answer(reply, await this.commands.execute(new AcceptCallback(profileId, callback, browserToken)));
  }

  /** A form that another site posts carries no Lax cookie: it is kept, and our own GET fetches it with the cookie. */
  @Post(':profileId')
  @Anyone()
  async byForm(
    @Param('profileId') profileId: string,
    @Body() body: Record<string, unknown> | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const callback: Callback = idSchema.safeParse(profileId).success
      ? readCallback(body ?? {})
      : { ok: false, problem: 'missing' };
    if (!callback.ok) return sendPage(reply, badCallbackPage);
    sendOn(reply, `/callback/${profileId}?form=${await this.forms.keep(profileId, callback)}`);
  }

  private answer(reply: FastifyReply, outcome: CallbackOutcome): void {
    if (outcome.kind === 'sign-in-page') sendOn(reply, this.links.pathOf(outcome.authorizationId));
    else if (outcome.kind === 'return') sendOn(reply, outcome.url);
    else sendPage(reply, outcome.kind === 'other-browser' ? otherBrowserPage : badCallbackPage);
  }
}
