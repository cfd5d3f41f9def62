import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiModule } from './api.module.js';
import type { ApiConfig } from './config.js';
import { Logger } from './http/logger.js';
import { createAdapter, prepareServer } from './http/server.js';

/** The API, ready to listen or to be asked in-process. */
export async function createApplication(config: ApiConfig): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.with(config), createAdapter(config), {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  try {
    await prepareServer(app.getHttpAdapter().getInstance(), app.get(Logger));
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    return app;
  } catch (error) {
    await app.close(); // a refused start leaves no connection behind
    throw error;
  }
}
