/** One answer of a server as a browser or a program got it. */
export interface RecordedAnswer {
  method: string;
  url: URL;
  status: number;
  headers: [string, string][];
  body: string;
}

/** Records every answer to a fetch of this process, by whomever, until it is stopped. */
export class RecordedTraffic {
  readonly answers: RecordedAnswer[] = [];
  private readonly original = globalThis.fetch;

  constructor() {
    globalThis.fetch = async (input, init) => {
      const response = await this.original(input, init);
      const body = await response.clone().text();
      this.answers.push({
        method: init?.method ?? 'GET',
        url: new URL(String(input)),
        status: response.status,
        headers: [...response.headers],
        body,
      });
      return response;
    };
  }

  stop(): void {
    globalThis.fetch = this.original;
  }
}
