import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { CheckedTarget } from './checked-target.js';
import type { OutboundAnswer, OutboundRequest } from './guarded-client.js';
import { codeOf, NoAnswer, NotSent, UnreadableAnswer } from './outbound-errors.js';
import type { OutboundLimits } from './outbound-limits.js';
import { readBody } from './response-body.js';

/** Headers a caller can't set: they name the host or frame the message (RFC 9112 sections 3.2, 6 and 9). */
const OWN_HEADERS = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

/**
 * One request and its answer (RFC 9110) on a connected socket, redirects not followed.
 * `refuseToStart` throws when the request must not leave; after it has returned, the request counts as sent.
 * The socket is destroyed at any end but a complete answer. After that it says `free` where it may carry another request (RFC 9112 section 9.3), and is closed else.
 */
export function exchange(
  socket: Socket,
  target: CheckedTarget,
  request: OutboundRequest,
  limits: OutboundLimits,
  refuseToStart: () => void,
  onSent: () => void = () => undefined,
): Promise<OutboundAnswer> {
  return new Promise((resolve, reject) => {
    let sentAt: Date | undefined;
    let isAnswered = false;
    const fail = (error: unknown) => {
      if (isAnswered) return; // the socket may be another request's by now
      reject(classify(error, target.host, sentAt !== undefined));
      socket.destroy();
    };
    let outgoing: ClientRequest;
    try {
      outgoing = prepare(socket, target, request, limits);
    } catch {
      fail(new NotSent('bad_url', `The request to ${target.host} holds a header or a path that HTTP doesn't allow.`));
      return;
    }
    outgoing.on('error', fail);
    outgoing.once('socket', () => {
      try {
        refuseToStart();
      } catch (error) {
        outgoing.destroy();
        fail(error);
        return;
      }
      sentAt = new Date();
      outgoing.end(request.body, onSent);
    });
    countInformational(outgoing, limits.informationalAnswers, fail);
    outgoing.once('response', (response) => {
      readAnswer(response, limits, sentAt ?? new Date()).then((answer) => {
        isAnswered = true;
        resolve(answer);
      }, fail);
    });
  });
}

/** Gives node's client the one socket that its request names, and leaves to node when it may be used again. */
class GivenSocket extends Agent {
  addRequest(request: ClientRequest, { givenSocket }: { givenSocket: Socket }): void {
    request.onSocket(givenSocket);
  }
}

const agent = new GivenSocket({ keepAlive: true });

/** Prepares the request without writing: node hands it the socket in a later turn and announces that by `socket`. */
function prepare(socket: Socket, target: CheckedTarget, request: OutboundRequest, limits: OutboundLimits): ClientRequest {
  const options: RequestOptions & { givenSocket: Socket } = {
    agent,
    givenSocket: socket,
    method: request.method,
    path: target.path,
    headers: headersOf(request, target),
    setHost: false,
    maxHeaderSize: limits.headerBytes,
    insecureHTTPParser: false,
  };
  return httpRequest(options);
}

function headersOf({ method, headers, body }: OutboundRequest, { hostHeader }: CheckedTarget): Record<string, string> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const length = Buffer.byteLength(body ?? '');
  return {
    host: hostHeader,
    'accept-encoding': 'identity',
    ...Object.fromEntries(given.filter(([name]) => !OWN_HEADERS.has(name))),
    ...(method === 'POST' || length > 0 ? { 'content-length': String(length) } : {}),
    connection: 'keep-alive',
  };
}

function countInformational(outgoing: ClientRequest, most: number, fail: (error: unknown) => void): void {
  let count = 0;
  outgoing.on('information', () => {
    count += 1;
    if (count > most) fail(new UnreadableAnswer('too_many_informational', 'Too many 1xx answers came before the answer.'));
  });
}

async function readAnswer(response: IncomingMessage, limits: OutboundLimits, sentAt: Date): Promise<OutboundAnswer> {
  const status = response.statusCode ?? 0;
  if (status < 200) throw new NoAnswer('protocol', 'The answer switches protocols.');
  const body = await readBody(response, status, limits.bodyBytes);
  const headers = Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return { status, headers: Object.fromEntries(headers), body, sentAt, receivedAt: new Date(), truncated: false };
}

/** Sorts what node reports; its messages are left out, its codes hold no secret. */
function classify(error: unknown, host: string, isSent: boolean): Error {
  if (error instanceof NotSent || error instanceof NoAnswer || error instanceof UnreadableAnswer) return error;
  const code = codeOf(error);
  if (!isSent) return new NotSent('closed', `The connection to ${host} was closed before the request (${code}).`);
  if (code === 'HPE_HEADER_OVERFLOW')
    return new UnreadableAnswer('headers_too_large', `The headers of ${host}'s answer are too large.`);
  if (code.startsWith('HPE_')) return new NoAnswer('protocol', `${host} did not answer in HTTP (${code}).`);
  return new NoAnswer('reset', `${host} ended the connection before its answer was complete (${code}).`);
}
