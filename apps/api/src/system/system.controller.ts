import type { SystemView } from '@grantkeeper/contracts/system/http';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { OperatorMay } from '../http/caller.js';
import { GetSystem } from './system.queries.js';

/** What the installation says of itself. */
@Controller('v1/system')
export class SystemController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @OperatorMay('system.read')
  read(): Promise<SystemView> {
    return this.queries.execute(new GetSystem());
  }
}
