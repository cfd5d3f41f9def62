import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../config.js';
import { Anyone } from '../http/caller.js';
import { typedInputs } from '../pages/asked-inputs.js';
import { foreignFormPage, unknownLinkPage } from '../pages/notice-pages.js';
import { PageFilter } from '../pages/page.filter.js';
import { sendOn, sendPage } from '../pages/page.js';
import { isFromOurPage } from '../pages/same-origin.js';
import { BeginConsent } from './begin-consent.command.js';
import { browserCookie, browserTokenOf } from './browser-cookie.js';
import { ConfirmAccount } from './confirm-account.command.js';
import { SignInLinks } from './sign-in-links.js';
import { SignInView } from './sign-in-view.js';

/** The user's page. GET shows and changes nothing, as chat apps fetch links ahead of people; its forms POST. */
@Controller('sign-in')
@UseFilters(PageFilter)
export class SignInController {
  constructor(
    private readonly commands: CommandBus,
    private readonly view: SignInView,
    private readonly links: SignInLinks,
    private readonly config: ApiConfig,
  ) {}

  @Get(':handle')
  @Anyone()
  async show(@Param('handle') handle: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendPage(reply, await this.view.pageOf(handle, browserTokenOf(request, this.config)));
  }

  @Post(':handle')
  @Anyone()
  async act(
    @Param('handle') handle: string,
    @Body() body: Readonly<Record<string, unknown>> | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isFromOurPage(request, this.config.publicUrl)) return sendPage(reply, foreignFormPage);
    const authorizationId = this.links.read(handle);
    if (authorizationId === null) return sendPage(reply, unknownLinkPage);
    const browserToken = browserTokenOf(request, this.config);
    const step = body?.step ?? 'continue';
    if (step === 'continue')
      return this.begin(handle, new BeginConsent(authorizationId, browserToken, typedInputs(body ?? {})), reply);
    if (step === 'confirm' || step === 'reject')
      await this.commands.execute(new ConfirmAccount(authorizationId, step, browserToken));
    sendOn(reply, `/sign-in/${handle}`);
  }

  private async begin(handle: string, command: BeginConsent, reply: FastifyReply): Promise<void> {
    const begun = await this.commands.execute(command);
    if (!begun) return sendPage(reply, await this.view.pageOf(handle, command.browserToken));
    if ('errors' in begun) return sendPage(reply, await this.view.pageOf(handle, command.browserToken, { ...command, ...begun }));
    void reply.header('set-cookie', browserCookie(begun.browserToken, this.config));
    sendOn(reply, begun.url);
  }
}
