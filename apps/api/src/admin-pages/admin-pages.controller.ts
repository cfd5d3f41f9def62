import { NotFound } from '@grantkeeper/core/kernel/request.errors';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Anyone } from '../http/caller.js';
import { type AdminFile, AdminFiles } from './admin-files.js';

/** Scripts, fonts and calls from here alone; the style elements that the page's own script makes carry the nonce. */
export function adminPolicy(nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}

const privately = {
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

/** The admin: its files by name, and its one page at every other address below /admin. */
@Controller()
export class AdminPagesController {
  constructor(private readonly files: AdminFiles) {}

  @Get(['/', 'admin'])
  @Anyone()
  toTheAdmin(@Res() reply: FastifyReply): void {
    if (!this.files.page()) throw new NotFound();
    void reply.status(302).header('location', '/admin/').send();
  }

  @Get('admin/*')
  @Anyone()
  async serve(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const name = (request.url.split('?', 1)[0] ?? '').slice('/admin/'.length);
    const file = this.files.find(name);
    if (file) return this.sendFile(file, request, reply);
    const page = this.files.page();
    if (!page || name.startsWith('assets/')) throw new NotFound(); // a page in place of a script would only confuse
    void reply
      .headers({ ...privately, 'content-security-policy': adminPolicy(page.nonce), 'content-type': 'text/html; charset=utf-8' })
      .send(page.html);
  }

  private async sendFile(file: AdminFile, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const zip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = zip ? await this.files.gzipped(file) : file.body;
    void reply
      .headers({
        ...privately,
        'content-security-policy': `default-src 'none'`,
        'content-type': file.type,
        vary: 'accept-encoding',
        ...(zip ? { 'content-encoding': 'gzip' } : {}),
        ...(file.immutable ? { 'cache-control': 'public, max-age=31536000, immutable' } : {}),
      })
      .send(body);
  }
}
