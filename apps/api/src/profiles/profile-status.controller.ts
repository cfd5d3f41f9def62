import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { OperatorMay, RequestContext } from '../http/caller.js';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.js';
import { Revisioned } from '../http/revision.js';
import { ChangeProfileStatus } from './change-profile-status.command.js';

const idPipe = new IdPipe(ProfileNotFound);

/** Taking a profile out of service and back. */
@Controller('v1/profiles/:id')
export class ProfileStatusController {
  constructor(private readonly commands: CommandBus) {}

  @Post('disable')
  @HttpCode(200)
  @OperatorMay('profiles.write')
  @Idempotent()
  @Revisioned()
  disable(@Param('id', idPipe) id: string, @RequestContext() context: Context): Promise<ProfileView> {
    return this.commands.execute(new ChangeProfileStatus(id, 'disable', context));
  }

  @Post('enable')
  @HttpCode(200)
  @OperatorMay('profiles.write')
  @Idempotent()
  @Revisioned()
  enable(@Param('id', idPipe) id: string, @RequestContext() context: Context): Promise<ProfileView> {
    return this.commands.execute(new ChangeProfileStatus(id, 'enable', context));
  }

  @Post('archive')
  @HttpCode(200)
  @OperatorMay('profiles.write')
  @Idempotent()
  @Revisioned()
  archive(@Param('id', idPipe) id: string, @RequestContext() context: Context): Promise<ProfileView> {
    return this.commands.execute(new ChangeProfileStatus(id, 'archive', context));
  }

  @Post('restore')
  @HttpCode(200)
  @OperatorMay('profiles.write')
  @Idempotent()
  @Revisioned()
  restore(@Param('id', idPipe) id: string, @RequestContext() context: Context): Promise<ProfileView> {
    return this.commands.execute(new ChangeProfileStatus(id, 'restore', context));
  }
}
