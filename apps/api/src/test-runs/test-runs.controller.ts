import { type NewTestRun, newTestRunSchema, type StartedTestRun, type TestRunView } from '@grantkeeper/contracts/test-runs/http';
import { ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import { TestRunNotFound } from '@grantkeeper/core/test-runs/test-runs.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { OperatorMay, RequestContext } from '../http/caller.js';
import { IdPipe } from '../http/id.pipe.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { StartTestRun } from './start-test-run.command.js';
import { TestRunEvents } from './test-run-events.js';
import { GetTestRun } from './test-runs.queries.js';

const profileIdPipe = new IdPipe(ProfileNotFound);
const idPipe = new IdPipe(TestRunNotFound);

/** Tests of profiles: started, read, watched. */
@Controller('v1')
export class TestRunsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly events: TestRunEvents,
  ) {}

  @Post('profiles/:id/test-runs')
  @OperatorMay('profiles.write')
  start(
    @Param('id', profileIdPipe) profileId: string,
    @Body(new ZodPipe(newTestRunSchema)) input: NewTestRun,
    @RequestContext() context: Context,
  ): Promise<StartedTestRun> {
    return this.commands.execute(new StartTestRun(profileId, input, context));
  }

  @Get('test-runs/:id')
  @OperatorMay('profiles.read')
  read(@Param('id', idPipe) id: string): Promise<TestRunView> {
    return this.queries.execute(new GetTestRun(id));
  }

  @Get('test-runs/:id/events')
  @OperatorMay('profiles.read')
  async watch(@Param('id', idPipe) id: string, @Res() reply: FastifyReply): Promise<void> {
    const stream = await this.events.open(id);
    void reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }).send(stream);
  }
}
