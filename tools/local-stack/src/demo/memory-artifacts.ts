import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

interface Kept {
  model: string;
  payload: AdapterPayload;
  endsAt: number;
}

/** Keeps codes, tokens and sessions in memory; unlike oidc-provider's own store it forgets nothing early. */
export function memoryArtifacts(): AdapterFactory {
  const kept = new Map<string, Kept>();
  return (model) => new MemoryArtifacts(model, kept);
}

class MemoryArtifacts implements Adapter {
  constructor(
    private readonly model: string,
    private readonly kept: Map<string, Kept>,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const endsAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
    this.kept.set(this.key(id), { model: this.model, payload: structuredClone(payload), endsAt });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.read(this.kept.get(this.key(id)));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.read(this.first((payload) => payload.uid === uid));
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.read(this.first((payload) => payload.userCode === userCode));
  }

  async consume(id: string): Promise<void> {
    const found = this.kept.get(this.key(id));
    if (found) found.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.kept.delete(this.key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { model, payload }] of this.kept) {
      if (model === this.model && payload.grantId === grantId) this.kept.delete(key);
    }
  }

  private key(id: string): string {
    return `${this.model}:${id}`;
  }

  private first(matches: (payload: AdapterPayload) => boolean): Kept | undefined {
    for (const found of this.kept.values()) if (found.model === this.model && matches(found.payload)) return found;
    return undefined;
  }

  private read(found: Kept | undefined): AdapterPayload | undefined {
    return found && found.endsAt > Date.now() ? structuredClone(found.payload) : undefined;
  }
}
