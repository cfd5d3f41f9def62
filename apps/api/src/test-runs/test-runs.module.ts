import { Module } from '@nestjs/common';
import { SignInLinks } from '../authorizations/sign-in-links.js';
import { StartTestRunHandler } from './start-test-run.command.js';
import { TestRunEvents } from './test-run-events.js';
import { TestRunsController } from './test-runs.controller.js';
import { GetTestRunHandler } from './test-runs.queries.js';

/**
 * POST /v1/profiles/:id/test-runs     StartTestRun: a run and the authorization that belongs to it; the worker goes on
 * GET  /v1/test-runs/:id              the run with its calls and what differs from the last one that worked
 * GET  /v1/test-runs/:id/events       the same as it happens
 *
 * The sign-in link and the callback are those of apps/api/src/authorizations/authorizations.module.ts; the flow is docs/flows/test.md.
 */
@Module({
  controllers: [TestRunsController],
  providers: [SignInLinks, StartTestRunHandler, GetTestRunHandler, TestRunEvents],
})
export class TestRunsModule {}
