import { type Discovered, readDiscovery } from '@grantkeeper/core/profiles/discovery';
import { DiscoveryFailed } from '@grantkeeper/core/profiles/profiles.errors';
import { type CallContext, GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { NoAnswer, NotSent, UnreadableAnswer } from '@grantkeeper/outbound/outbound-errors';
import { Injectable } from '@nestjs/common';

const failed = (code: string, message: string, cause?: unknown): DiscoveryFailed =>
  new DiscoveryFailed({ path: 'advanced.discoveryUrl', code, message }, { cause });

/** Reads a provider's metadata document (OpenID Connect Discovery section 4, RFC 8414 section 3). */
@Injectable()
export class Discovery {
  constructor(private readonly client: GuardedClient) {}

  /** Throws DiscoveryFailed. */
  async read(url: string, correlationId: string): Promise<Discovered> {
    const body = await this.fetch(url, { kind: 'profiles.discovery', correlationId, ids: {} });
    const found = readDiscovery(url, body);
    if ('path' in found) throw new DiscoveryFailed(found);
    return found;
  }

  private async fetch(url: string, context: CallContext): Promise<unknown> {
    const { status, body } = await this.client
      .call(url, { method: 'GET', headers: { accept: 'application/json' } }, context)
      .catch((error: unknown) => {
        const explained = error instanceof NotSent || error instanceof NoAnswer || error instanceof UnreadableAnswer;
        throw failed('unreachable', explained ? error.message : 'could not be read', error);
      });
    if (status !== 200) throw failed('unreachable', `answered with status ${status}`);
    try {
      return JSON.parse(body) as unknown;
    } catch (error) {
      throw failed('unreadable', 'the document is not JSON', error);
    }
  }
}
