import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface DnsServer {
  /** host:port, as HAProxy wants it. */
  address: string;
  /** What the one name resolves to, from now on. */
  addresses: string[];
  stop(): Promise<void>;
}

const answerHeader = { flags: 0x8580, ttlSeconds: 1, typeA: 1, classIn: 1 };

/** A DNS server as Docker's: every name resolves to all addresses of the replicas (RFC 1035, A records only). */
export async function startDnsServer(addresses: string[]): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const server: DnsServer = {
    address: '',
    addresses,
    stop: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
  socket.on('message', (query, from) => socket.send(answerTo(query, server.addresses), from.port, from.address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  server.address = `127.0.0.1:${socket.address().port}`;
  return server;
}

function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  const question = query.subarray(12, endOfQuestion(query));
  const asksForA = question.readUInt16BE(question.length - 4) === answerHeader.typeA;
  const records = asksForA ? addresses.map(record) : [];
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(answerHeader.flags, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

function endOfQuestion(query: Buffer): number {
  let at = 12;
  while (query[at]) at += 1 + (query[at] ?? 0);
  return at + 5; // the empty label, type and class
}

/** A record of the name in the question, by the pointer to it. */
function record(address: string): Buffer {
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(0xc00c, 0);
  fixed.writeUInt16BE(answerHeader.typeA, 2);
  fixed.writeUInt16BE(answerHeader.classIn, 4);
  fixed.writeUInt32BE(answerHeader.ttlSeconds, 6);
  fixed.writeUInt16BE(4, 10);
  return Buffer.concat([fixed, Buffer.from(address.split('.').map(Number))]);
}
