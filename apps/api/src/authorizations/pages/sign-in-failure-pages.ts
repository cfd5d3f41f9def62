import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { FailurePages } from '../../http/failure-pages.js';
import { badCallbackPage, tooManyPage, unknownLinkPage } from '../../pages/notice-pages.js';
import { sendPage } from '../../pages/page.js';

/** Requests to the callback, the sign-in page and the user’s own page that are refused before they are read: too large, or no form at all. */
@Injectable()
export class SignInFailurePages implements FailurePages {
  send(path: string, status: number, reply: FastifyReply): boolean {
    const [, place] = path.split('/', 2);
    if (place !== 'callback' && place !== 'sign-in' && place !== 'me') return false;
    const page = status === 429 ? tooManyPage : place === 'callback' ? badCallbackPage : unknownLinkPage;
    sendPage(reply, (language) => ({ ...page(language), status }));
    return true;
  }
}
