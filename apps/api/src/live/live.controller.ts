import type { LiveChange, LiveTopic } from '@grantkeeper/contracts/live/http';
import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import type { Actor } from '@grantkeeper/core/kernel/actor';
import { AppError } from '@grantkeeper/core/kernel/app-error';
import { assistantsWhere, mayOn } from '@grantkeeper/core/operators/roles';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerGuard } from '../http/caller.guard.js';
import { callerOf, OperatorMay } from '../http/caller.js';
import { LiveFeed, type Watcher } from './live-feed.js';

/** What it takes to see that something of a topic has changed. */
const needed: Record<LiveTopic, Permission> = {
  assistants: 'assistants.read',
  profiles: 'profiles.read',
  grants: 'grants.read',
  'test-runs': 'profiles.read',
  'runtime-keys': 'runtime-keys.read',
  refresh: 'refresh.read',
  queues: 'queues.read',
  operators: 'operators.read',
  audit: 'audit.read',
  system: 'system.read',
};

/** Changes as they happen. */
@Controller('v1/live')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly guard: CallerGuard,
  ) {}

  @Get()
  @OperatorMay()
  watch(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { stream, end } = this.feed.open(this.watcherOf(callerOf(request), request));
    reply.raw.once('close', end); // the stream itself notices only at its next message
    void reply
      .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(stream);
  }

  private watcherOf(actor: Actor, request: FastifyRequest): Watcher {
    if (actor.kind !== 'operator') throw new Error('only operators watch');
    return {
      operatorId: actor.id,
      sees: ({ topic, assistantId }: LiveChange) =>
        assistantId === null ? assistantsWhere(actor, needed[topic]).length > 0 : mayOn(actor, needed[topic], assistantId),
      again: () => this.again(request),
    };
  }

  /** Null when they are signed out or disabled since; any other failure is the database's. */
  private async again(request: FastifyRequest): Promise<Watcher | null> {
    try {
      return this.watcherOf(await this.guard.authorized(request, { by: 'operator', permission: null }), request);
    } catch (error) {
      if (error instanceof AppError) return null;
      throw error;
    }
  }
}
