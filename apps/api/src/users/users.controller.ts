import { newUserLinkSchema, type UserLink } from '@grantkeeper/contracts/users/http';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Caller, CorrelationId, RuntimeOnly } from '../http/caller.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { MintUserLink } from './mint-user-link.command.js';

/** What a runtime does for its users. */
@Controller('v1/users')
export class UsersController {
  constructor(private readonly commands: CommandBus) {}

  @Post('links')
  @RuntimeOnly()
  link(
    @Body(new ZodPipe(newUserLinkSchema)) { user }: { user: string },
    @Caller() runtime: Actor,
    @CorrelationId() correlationId: string,
  ): Promise<UserLink> {
    return this.commands.execute(new MintUserLink(user, runtime as Extract<Actor, { kind: 'runtime' }>, correlationId));
  }
}
