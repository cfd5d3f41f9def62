import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from '../http/logger.js';
import { awayPage, brokenPage } from './notice-pages.js';
import { sendPage } from './page.js';

/** People get a page where programs get a problem. */
@Injectable()
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    this.logger.error({ correlationId: request.id, route: request.routeOptions.url, err: plainError(thrown) }, 'page failed');
    if (!reply.sent) sendPage(reply, isDatabaseAway(thrown) ? awayPage : brokenPage);
  }
}
