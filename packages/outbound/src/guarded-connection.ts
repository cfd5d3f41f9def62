import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { CheckedTarget } from './checked-target.js';
import { codeOf, NotSent } from './outbound-errors.js';

/** How long an address is tried while others are left: a host whose IPv6 is broken must not cost the whole time. */
const ATTEMPT_MS = 700;
const MOST_ATTEMPTS = 4;

interface Reached {
  socket: Socket;
  address: string;
}

/** Connects to the first checked address that answers and, for https, shakes hands. Throws NotSent; `signal` ends it early. */
export async function connectTo(target: CheckedTarget, signal: AbortSignal, secureContext: SecureContext): Promise<Reached> {
  const { socket, address } = await connectToAny(target, signal);
  return { socket: target.secure ? await shakeHands(socket, target, signal, secureContext) : socket, address };
}

async function connectToAny({ addresses, host, port }: CheckedTarget, signal: AbortSignal): Promise<Reached> {
  const tried = alternating(addresses).slice(0, MOST_ATTEMPTS);
  let failure = 'timed out';
  for (const [index, address] of tried.entries()) {
    if (signal.aborted) break;
    const socket = connectTcp({ host: address, port, noDelay: true }); // an address as host: nothing is resolved here
    const isLast = index === tried.length - 1;
    const timer = isLast ? undefined : setTimeout(() => socket.destroy(), ATTEMPT_MS);
    try {
      return { socket: await ready(socket, 'connect', signal), address };
    } catch (error) {
      failure = error === CUT ? 'timed out' : codeOf(error);
    } finally {
      clearTimeout(timer);
    }
  }
  throw new NotSent('connect', `No connection to ${host} (${failure}).`, failure);
}

/** IPv6 and IPv4 in turn (RFC 8305 section 4): eight IPv6 addresses must not use up the attempts where only IPv4 works. */
function alternating(addresses: readonly string[]): string[] {
  const first = addresses.filter((address) => isIP(address) === isIP(addresses[0] ?? ''));
  const second = addresses.filter((address) => !first.includes(address));
  return addresses.flatMap((_address, index) => [first[index], second[index]]).filter((address) => address !== undefined);
}

/** What the network or a server that restarts does to a handshake: it says nothing of keys and certificates, and no setting mends it. */
const PASSING = ['timed out', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/** RFC 8446; the certificate must be for the host of the URL (RFC 6125), whatever address was connected to. */
async function shakeHands(socket: Socket, target: CheckedTarget, signal: AbortSignal, context: SecureContext): Promise<Socket> {
  const { host } = target;
  const secured = connectTls({
    socket,
    host,
    servername: isIP(host) ? '' : host,
    secureContext: context,
    rejectUnauthorized: true, // said here, so that NODE_TLS_REJECT_UNAUTHORIZED can't switch it off
    ALPNProtocols: ['http/1.1'],
  });
  try {
    return await ready(secured, 'secureConnect', signal);
  } catch (error) {
    const failure = error === CUT ? 'timed out' : codeOf(error);
    throw new NotSent(PASSING.includes(failure) ? 'connect' : 'tls', `No TLS connection to ${host} (${failure}).`, failure);
  }
}

/** Why `ready` rejects when nothing went wrong but the time. */
const CUT = new Error('The attempt was cut.');

function ready(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abort = () => socket.destroy();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', reject); // stays: a reset while the connection waits unused must not end the process
    socket.once('close', () => {
      signal.removeEventListener('abort', abort);
      reject(CUT);
    });
    socket.once(event, () => {
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
  });
}
