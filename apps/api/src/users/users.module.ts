import { Module } from '@nestjs/common';
import { ChangeFieldsHandler } from './change-fields.command.js';
import { DisconnectHandler } from './disconnect.command.js';
import { MintUserLinkHandler } from './mint-user-link.command.js';
import { OwnPageController } from './own-page.controller.js';
import { UsersController } from './users.controller.js';
import { GetOwnFieldsHandler, GetOwnPageHandler } from './users.queries.js';

/**
 * What users can see and end themselves:
 *   POST /v1/users/links   MintUserLink: a link for 10 minutes, for the runtime to give to its user
 *   GET  /me/:handle       what is connected, who was handed a token and when
 *   POST /me/:handle       Disconnect: the grant ends, and the page tells what the provider said
 *   GET|POST /me/:handle/fields/:grant   ChangeFields: what the user once said for a connection
 */
@Module({
  controllers: [UsersController, OwnPageController],
  providers: [MintUserLinkHandler, DisconnectHandler, ChangeFieldsHandler, GetOwnPageHandler, GetOwnFieldsHandler],
})
export class UsersModule {}
