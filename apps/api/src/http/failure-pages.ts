import type { FastifyReply } from 'fastify';

/** How failures are told to a person, where an address serves pages: what is told by problems elsewhere. */
export abstract class FailurePages {
  /** Sends a page with this status, or answers false where the address is for programs. */
  abstract send(path: string, status: number, reply: FastifyReply): boolean;
}
