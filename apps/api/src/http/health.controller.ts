import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Anyone } from './caller.js';
import { Readiness, type Ready } from './readiness.js';

/** For load balancers: alive while the process answers, ready as readiness.ts says. */
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @HttpCode(200)
  @Anyone()
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @Anyone()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Ready> {
    const ready = await this.readiness.read();
    void reply.status(ready.status === 'ready' ? 200 : 503);
    return ready;
  }
}
