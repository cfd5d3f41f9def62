import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { ApiConfig } from '../config.js';
import { Logger } from '../http/logger.js';

/** One file as it is sent. */
export interface AdminFile {
  type: string;
  body: Buffer;
  /** Its name changes with its content, so whoever has it may keep it. */
  immutable: boolean;
}

const builtBesideUs = fileURLToPath(new URL('../../../admin/dist/', import.meta.url));
const page = 'index.html';
/** Stands in the built page where the nonce belongs (apps/admin/vite.config.mjs). */
const noncePlace = 'GK_NONCE';
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The built admin, read once into memory: only what was there at the start can be asked for, by its exact name. */
@Injectable()
export class AdminFiles {
  private readonly files: ReadonlyMap<string, AdminFile>;
  private readonly zipped = new Map<AdminFile, Promise<Buffer>>();

  constructor(config: ApiConfig, logger: Logger) {
    this.files = filesIn(config.adminDir ?? builtBesideUs);
    if (!this.files.has(page)) logger.warn({}, 'the admin was not built and is not served: run npm run build');
  }

  find(name: string): AdminFile | undefined {
    return name === page ? undefined : this.files.get(name);
  }

  /** The one page with a nonce that no other answer has; undefined where the admin was not built. */
  page(): { nonce: string; html: string } | undefined {
    const file = this.files.get(page);
    if (!file) return undefined;
    const nonce = randomBytes(16).toString('base64url');
    return { nonce, html: file.body.toString('utf8').replaceAll(noncePlace, nonce) };
  }

  /** Compressed when it is first asked for. */
  gzipped(file: AdminFile): Promise<Buffer> {
    const known = this.zipped.get(file) ?? promisify(gzip)(file.body, { level: 9 });
    this.zipped.set(file, known);
    return known;
  }
}

function filesIn(folder: string): Map<string, AdminFile> {
  const names = namesIn(folder).filter((name) => types[extname(name)] !== undefined);
  return new Map(
    names.map((name) => [
      name,
      { type: types[extname(name)] as string, body: readFileSync(join(folder, name)), immutable: name.startsWith('assets/') },
    ]),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
