import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Where a sealed value lives. It is part of what is authenticated: moved elsewhere, it no longer opens. */
export interface Place {
  table: string;
  row: string;
  field: string;
}

/** Random bytes are had many nonces at a time, as node has those of its UUIDs: asking for twelve costs as much as for a thousand. */
const noncesAtOnce = 256;
let nonces = Buffer.alloc(0);

const format = 1;
const headerBytes = 5;
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM, random 96-bit nonce. Layout: format (1) · key version (4) · nonce (12) · tag (16) · ciphertext. */
export function sealWith(key: Buffer, keyVersion: number, associated: string, plain: Buffer): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(associated));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(format, 0);
  header.writeUInt32BE(keyVersion, 1);
  return Buffer.concat([header, nonce, cipher.getAuthTag(), body]);
}

/** No nonce is given twice: what is given is cut off. */
function nextNonce(): Buffer {
  if (nonces.length === 0) nonces = randomBytes(noncesAtOnce * nonceBytes);
  const nonce = nonces.subarray(0, nonceBytes);
  nonces = nonces.subarray(nonceBytes);
  return nonce;
}

/** Opens what `sealWith` made; throws when the bytes, the place or the key differ. */
export function openWith(key: Buffer, associated: string, sealed: Buffer): Buffer {
  const nonce = sealed.subarray(headerBytes, headerBytes + nonceBytes);
  const tag = sealed.subarray(headerBytes + nonceBytes, headerBytes + nonceBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(associated));
  decipher.setAuthTag(tag);
  const plain = decipher.update(sealed.subarray(headerBytes + nonceBytes + tagBytes));
  decipher.final(); // throws where the tag differs; GCM keeps no bytes back for it
  return plain;
}

/** The version of the data key that a value was sealed under. */
export function keyVersionOf(sealed: Buffer): number {
  if (sealed.length < headerBytes + nonceBytes + tagBytes || sealed.readUInt8(0) !== format)
    throw new Error('not a sealed value');
  return sealed.readUInt32BE(1);
}
