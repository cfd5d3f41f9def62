import { randomBytes, randomUUID } from 'node:crypto';
import type { Callback } from '@grantkeeper/core/authorizations/callback';
import { findProfileForConsent } from '@grantkeeper/platform/authorizations/authorization.view';
import { keepCallbackForm, takeCallbackForm } from '@grantkeeper/platform/authorizations/callback-form.store';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { Injectable } from '@nestjs/common';

type Answer = Extract<Callback, { ok: true }>;

const place = (row: string) => ({ table: 'callback_form', row, field: 'sealed' });

/** Callbacks on their way from a form POST to our own GET: sealed, under a one-time handle. */
@Injectable()
export class CallbackForms {
  constructor(
    private readonly pool: SqlPool,
    private readonly vault: Vault,
  ) {}

  /** Answers the handle; also for a state that nobody awaits, of which nothing is kept and which the GET then finds unknown. */
  async keep(profileId: string, callback: Answer): Promise<string> {
    const handle = randomBytes(32).toString('base64url');
    const profile = await findProfileForConsent(this.pool, profileId);
    if (!profile) return handle;
    const id = randomUUID();
    const { assistantId } = profile;
    const sealed = await this.vault.seal(assistantId, place(id), JSON.stringify(callback));
    await keepCallbackForm(this.pool, {
      id,
      assistantId,
      profileId,
      sealed,
      handleHash: credentialHash(handle),
      stateHash: credentialHash(callback.state),
    });
    return handle;
  }

  /** What was kept, once; null for a handle that is unknown, used or over its time. */
  async take(profileId: string, handle: string): Promise<Answer | null> {
    const form = await takeCallbackForm(this.pool, profileId, credentialHash(handle));
    return form ? (JSON.parse(await this.vault.open(form.assistantId, place(form.id), form.sealed)) as Answer) : null;
  }
}
