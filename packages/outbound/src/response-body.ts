import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { codeOf, UnreadableAnswer } from './outbound-errors.js';

type Decoder = (encoded: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decodeGzip: Decoder = promisify(gunzip);
const decodeZlib: Decoder = promisify(inflate);
const decodeRawDeflate: Decoder = promisify(inflateRaw);
const decodeBrotli: Decoder = promisify(brotliDecompress);

/** `deflate` should be zlib's format (RFC 9110 section 8.4.1.2), but some servers send it raw. */
const decodeDeflate: Decoder = (encoded, options) => (isZlib(encoded) ? decodeZlib : decodeRawDeflate)(encoded, options);
const isZlib = (encoded: Buffer): boolean =>
  encoded.length > 1 && (encoded.readUInt8(0) & 0x0f) === 8 && encoded.readUInt16BE(0) % 31 === 0;

const DECODERS = new Map<string, Decoder>([
  ['gzip', decodeGzip],
  ['x-gzip', decodeGzip],
  ['deflate', decodeDeflate],
  ['br', decodeBrotli],
]);
const MOST_CODINGS = 2;
const utf8 = new TextDecoder();

/** Reads a body to its end and decodes it, never holding more than `limitBytes` of either form. Throws UnreadableAnswer. */
export async function readBody(response: IncomingMessage, status: number, limitBytes: number): Promise<string> {
  const decoders = decodersOf(response.headers['content-encoding'] ?? '', status);
  if (Number(response.headers['content-length']) > limitBytes) throw tooLarge(status);
  let body = await collect(response, status, limitBytes);
  for (const decode of decoders) {
    if (body.length > 0) body = await decodeWithin(decode, body, status, limitBytes);
  }
  return utf8.decode(body); // replaces what isn't UTF-8 and drops a byte order mark
}

/** The codings in the order they are undone: the last applied first (RFC 9110 section 8.4). */
function decodersOf(header: string, status: number): Decoder[] {
  const codings = header
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const decoders = codings.reverse().map((coding) => DECODERS.get(coding));
  const known = decoders.filter((decoder) => decoder !== undefined);
  if (known.length < decoders.length || known.length > MOST_CODINGS) {
    throw new UnreadableAnswer('encoding', 'The answer is encoded in a way that is not understood.', status);
  }
  return known;
}

/** Copies into one growing buffer: a body of a hundred thousand one-byte chunks must not cost an object each. */
function collect(response: IncomingMessage, status: number, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let held = Buffer.alloc(0);
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      const needed = size + chunk.length;
      if (needed > limitBytes) {
        response.destroy();
        reject(tooLarge(status));
        return;
      }
      if (needed > held.length) held = Buffer.concat([held.subarray(0, size)], Math.min(limitBytes, needed * 2));
      chunk.copy(held, size);
      size = needed;
    });
    response.once('end', () => resolve(held.subarray(0, size)));
    response.once('error', reject);
    response.once('close', () => {
      if (!response.readableEnded) reject(new Error('The answer ended before its end.'));
    });
  });
}

async function decodeWithin(decode: Decoder, encoded: Buffer, status: number, limitBytes: number): Promise<Buffer> {
  try {
    return await decode(encoded, { maxOutputLength: limitBytes });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(status);
    throw new UnreadableAnswer('encoding', `The answer could not be decoded (${codeOf(error)}).`, status);
  }
}

function tooLarge(status: number): UnreadableAnswer {
  return new UnreadableAnswer('too_large', 'The answer is larger than is read.', status);
}
