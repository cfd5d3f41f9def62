// The worker: jobs in (queue, relay, sweeper, or in this process while the queue is away), events out.
//   authorizations.exchange   authorizations/exchange-code.processor.ts    prepare → mark → send → settle
//   grants.refresh            grants/refresh.processor.ts                  prepare → mark → send → settle
//   grants.refresh-due        the same, before expiry
//   grants.revoke-upstream    grants/revoke-upstream.processor.ts          tells the provider of ended tokens
//   profiles.rebind-grants    profiles/rebind-grants.processor.ts          lets grants follow to origins that an admin approved
//   test-runs.check           test-runs/check-settings.processor.ts        what can be tested without a user
//   test-runs.exchange        test-runs/exchange-test-code.processor.ts    exchange a test's code, look at the token, throw it away
//   profiles.delete-grants    profiles/delete-grants.processor.ts          empties a profile that is being deleted
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { ExchangeCodeProcessor } from './authorizations/exchange-code.processor.js';
import { RefreshProcessor } from './grants/refresh.processor.js';
import { RevokeUpstreamProcessor } from './grants/revoke-upstream.processor.js';
import { DeleteGrantsProcessor } from './profiles/delete-grants.processor.js';
import { RebindGrantsProcessor } from './profiles/rebind-grants.processor.js';
import { CheckSettingsProcessor } from './test-runs/check-settings.processor.js';
import { ExchangeTestCodeProcessor } from './test-runs/exchange-test-code.processor.js';

/** Every processor; the host refuses to start unless each job has exactly one. */
export const processors = [
  ExchangeCodeProcessor,
  RefreshProcessor,
  RevokeUpstreamProcessor,
  RebindGrantsProcessor,
  DeleteGrantsProcessor,
  CheckSettingsProcessor,
  ExchangeTestCodeProcessor,
];

@Module({})
export class WorkerModule {
  /** `parts`: what processors are given, made by main. */
  static with(parts: Provider[]): DynamicModule {
    return { module: WorkerModule, providers: [...parts, ...processors] };
  }
}
