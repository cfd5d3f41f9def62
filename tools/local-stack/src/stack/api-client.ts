/** What reads an answer: a schema of the contracts. */
interface Reader<T> {
  parse(value: unknown): T;
}

/** An answer of the API that was not expected. */
export class UnexpectedAnswer extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    what: string,
  ) {
    super(what);
    this.name = 'UnexpectedAnswer';
  }
}

interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
}

/** Calls the API like any other program: over HTTP, with what its contract promises. */
export class ApiClient {
  constructor(
    private readonly publicUrl: string,
    private readonly headers: Record<string, string>,
  ) {}

  /** The same API with a credential. */
  withToken(token: string): ApiClient {
    return new ApiClient(this.publicUrl, { authorization: `Bearer ${token}` });
  }

  /** The same API with a session cookie; a browser would send the origin with it. */
  withCookie(cookie: string): ApiClient {
    return new ApiClient(this.publicUrl, { cookie, origin: this.publicUrl });
  }

  /** Calls and reads the answer; any status but 2xx throws with the problem's code. */
  async call<T>(call: Call, answer: Reader<T>): Promise<T> {
    const response = await this.send(call);
    return answer.parse(await response.json());
  }

  /** Calls and answers the cookie that was set. */
  async callForCookie(call: Call): Promise<string> {
    const response = await this.send(call);
    const [cookie = ''] = response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
    return cookie;
  }

  /** True when the object is there, false on 401 and 404. */
  async has(path: string): Promise<boolean> {
    try {
      await this.send({ method: 'GET', path });
      return true;
    } catch (error) {
      if (error instanceof UnexpectedAnswer && [401, 404].includes(error.status)) return false;
      throw error;
    }
  }

  private async send({ method, path, body }: Call): Promise<Response> {
    const response = await fetch(`${this.publicUrl}${path}`, {
      method,
      headers: { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.ok) return response;
    const text = await response.text();
    throw new UnexpectedAnswer(
      response.status,
      codeIn(text),
      `${method} ${path} answered ${response.status}: ${text.slice(0, 1000)}`,
    );
  }
}

function codeIn(text: string): string {
  try {
    return String((JSON.parse(text) as { code?: unknown }).code ?? '');
  } catch {
    return '';
  }
}
