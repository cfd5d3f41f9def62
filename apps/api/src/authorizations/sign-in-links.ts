import { readSignInHandle, signInHandle } from '@grantkeeper/core/authorizations/sign-in-handle';
import { derivedKeys } from '@grantkeeper/platform/crypto/derived-keys';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Injectable } from '@nestjs/common';
import { ApiConfig } from '../config.js';

/** Makes and reads sign-in links. Nothing of a link is stored: its handle is derived from the authorization's id. */
@Injectable()
export class SignInLinks {
  private readonly keys: readonly Buffer[];
  /** For hashes of asks. */
  readonly askKey: Buffer;

  constructor(
    private readonly config: ApiConfig,
    ring: KeyRing,
  ) {
    this.keys = derivedKeys(ring, 'sign-in handle');
    this.askKey = derivedKeys(ring, 'ask hash')[0] as Buffer;
  }

  urlOf(authorizationId: string): string {
    return `${this.config.publicUrl}${this.pathOf(authorizationId)}`;
  }

  pathOf(authorizationId: string): string {
    return `/sign-in/${signInHandle(authorizationId, this.keys[0] as Buffer)}`;
  }

  /** The authorization that a handle stands for; null where we never made it. */
  read(handle: string): string | null {
    return readSignInHandle(handle, this.keys);
  }
}
