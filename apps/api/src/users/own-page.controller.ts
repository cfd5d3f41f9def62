import { idSchema } from '@grantkeeper/contracts/text';
import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../config.js';
import { Anyone } from '../http/caller.js';
import { typedInputs } from '../pages/asked-inputs.js';
import { foreignFormPage } from '../pages/notice-pages.js';
import { PageFilter } from '../pages/page.filter.js';
import { type Page, sendOn, sendPage } from '../pages/page.js';
import { isFromOurPage } from '../pages/same-origin.js';
import { ChangeFields } from './change-fields.command.js';
import { Disconnect } from './disconnect.command.js';
import { ownFieldsPage, type SentFields } from './own-fields-page.js';
import { noOwnPage, ownPage } from './own-page.js';
import { GetOwnFields, GetOwnPage } from './users.queries.js';

/** The user's own page. GET shows and changes nothing, as chat apps fetch links ahead of people; its forms POST, and lead back to it. */
@Controller('me')
@UseFilters(PageFilter)
export class OwnPageController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly config: ApiConfig,
  ) {}

  @Get(':handle')
  @Anyone()
  async show(@Param('handle') handle: string, @Res() reply: FastifyReply): Promise<void> {
    const found = await this.queries.execute(new GetOwnPage(handle));
    sendPage(reply, found ? ownPage(found, `/me/${handle}`) : noOwnPage);
  }

  @Post(':handle')
  @Anyone()
  async disconnect(
    @Param('handle') handle: string,
    @Body() body: { grant?: unknown } | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isFromOurPage(request, this.config.publicUrl)) return sendPage(reply, foreignFormPage);
    const grant = idSchema.safeParse(body?.grant);
    if (grant.success) await this.commands.execute(new Disconnect(handle, grant.data, request.id));
    sendOn(reply, `/me/${encodeURIComponent(handle)}`);
  }

  @Get(':handle/fields/:grant')
  @Anyone()
  async fields(@Param('handle') handle: string, @Param('grant') grant: string, @Res() reply: FastifyReply): Promise<void> {
    sendPage(reply, await this.fieldsPage(handle, grant));
  }

  @Post(':handle/fields/:grant')
  @Anyone()
  async change(
    @Param('handle') handle: string,
    @Param('grant') grant: string,
    @Body() body: Record<string, unknown> | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isFromOurPage(request, this.config.publicUrl)) return sendPage(reply, foreignFormPage);
    const { fields } = typedInputs(body ?? {});
    const errors = idSchema.safeParse(grant).success
      ? await this.commands.execute(new ChangeFields(handle, grant, fields, request.id))
      : [];
    if (errors.length > 0) return sendPage(reply, await this.fieldsPage(handle, grant, { fields, errors }));
    sendOn(reply, `/me/${encodeURIComponent(handle)}`);
  }

  private async fieldsPage(handle: string, grant: string, sent?: SentFields): Promise<Page> {
    const found = idSchema.safeParse(grant).success ? await this.queries.execute(new GetOwnFields(handle, grant)) : null;
    return found ? ownFieldsPage(found, `/me/${handle}/fields/${grant}`, `/me/${handle}`, sent) : noOwnPage;
  }
}
