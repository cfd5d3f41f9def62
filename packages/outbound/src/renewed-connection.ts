import type { OpenConnection, OutboundAnswer } from './guarded-client.js';
import { NotSent } from './outbound-errors.js';

/** A kept connection that is replaced by a new one where it has ended, or lain idle too long, before the first byte of the request. */
export class RenewedConnection implements OpenConnection {
  private fresh: OpenConnection | null = null;
  private isClosed = false;

  constructor(
    private readonly kept: OpenConnection,
    private readonly connect: () => Promise<OpenConnection>,
  ) {}

  async send(...request: Parameters<OpenConnection['send']>): Promise<OutboundAnswer> {
    try {
      return await this.kept.send(...request);
    } catch (error) {
      if (this.isClosed || !(error instanceof NotSent && error.reason === 'closed')) throw error;
    }
    this.fresh = await this.connect();
    if (this.isClosed) this.fresh.close();
    return this.fresh.send(...request);
  }

  close(): void {
    this.isClosed = true;
    this.kept.close();
    this.fresh?.close();
  }
}
