// What a token read is compared with: the same framework, once doing nothing, once with the key's hash and a ready-made answer of the same size.
import 'reflect-metadata';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpCode, Module, Post, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

const { KEY_HASH = '' } = process.env;
const keyHashes = new Set([KEY_HASH]);
const accessToken = randomBytes(600).toString('base64url');
const ready = {
  status: 'ready',
  grantId: randomUUID(),
  tokenVersion: 1,
  accessToken,
  tokenType: 'Bearer',
  expiresAt: new Date().toISOString(),
  scopes: ['read'],
  missingScopes: [],
  values: {},
  request: { baseUrl: null, headers: { Authorization: `Bearer ${accessToken}` }, query: {}, payload: {}, path: {} },
};

@Controller()
class BareController {
  @Get('constant')
  constant(): unknown {
    return { status: 'ok' };
  }

  @Post('ready')
  @HttpCode(200)
  ready(@Headers('authorization') authorization: string | undefined, @Body() body: { user?: string }): unknown {
    const key = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '';
    if (!keyHashes.has(createHash('sha256').update(key).digest('hex')) || !body.user) throw new UnauthorizedException();
    return ready;
  }
}

@Module({ controllers: [BareController] })
class BareModule {}

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address() as { port: number };
process.stdout.write(`${JSON.stringify({ msg: 'listening', port })}\n`);
process.once('SIGTERM', () => process.exit(0));
