import type { Place } from '../crypto/sealing.js';

/** A table with sealed values: rewrap, status and dropping work on all of them by this list alone. */
export interface SealedTable {
  name: string;
  columns: readonly string[];
  /** The table that stands in the values' place: a revocation keeps a grant's bytes verbatim. */
  placeTable: string;
  /** The column with the id that stands in the values' place. */
  placeRow: string;
  /** The column that moves when the values are replaced; null where the sealed bytes alone tell. */
  guard: string | null;
}

export const sealedTables: readonly SealedTable[] = [
  { name: 'profile', columns: ['client_secret', 'next_client_secret'], placeTable: 'profile', placeRow: 'id', guard: 'revision' },
  { name: 'grant', columns: ['hand_out', 'refresh_token', 'inputs'], placeTable: 'grant', placeRow: 'id', guard: 'version' },
  {
    name: 'revocation',
    columns: ['hand_out', 'refresh_token', 'inputs'],
    placeTable: 'grant',
    placeRow: 'grant_id',
    guard: null,
  },
  {
    name: 'authorization',
    columns: ['code_verifier', 'code', 'confirmation_code', 'inputs'],
    placeTable: 'authorization',
    placeRow: 'id',
    guard: null,
  },
  { name: 'test_run_step', columns: ['calls'], placeTable: 'test_run_step', placeRow: 'id', guard: null },
  { name: 'callback_form', columns: ['sealed'], placeTable: 'callback_form', placeRow: 'id', guard: null },
];

export const placeIn = ({ placeTable }: SealedTable, row: string, field: string): Place => ({ table: placeTable, row, field });

/** The first bytes of a value that is sealed under this version: the format, then the version. They compare in SQL without opening anything. */
export function headerOf(version: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(1, 0);
  header.writeUInt32BE(version, 1);
  return header;
}

/** The version that a header names; null where it is not a sealed value's. */
export function versionIn(header: Buffer): number | null {
  return header.length === headerBytes && header.readUInt8(0) === 1 ? header.readUInt32BE(1) : null;
}

export const headerBytes = 5;
