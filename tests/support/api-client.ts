export interface ApiCall {
  body?: unknown;
  /** Runtime key or operator API token. */
  token?: string;
  cookie?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer<T = unknown> {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text where it is none. */
  body: T;
  text: string;
}

/** One HTTP call to our API; never follows a redirect. A new connection each time, as the process may have been killed since. */
export async function callApi<T = unknown>(
  origin: string,
  method: string,
  path: string,
  call: ApiCall = {},
): Promise<ApiAnswer<T>> {
  const headers: Record<string, string> = { connection: 'close', ...call.headers };
  if (call.token !== undefined) headers.authorization = `Bearer ${call.token}`;
  if (call.cookie !== undefined) headers.cookie = call.cookie;
  if (call.body !== undefined) headers['content-type'] ??= 'application/json';
  const isText = typeof call.body === 'string';
  const body = call.body === undefined || isText ? (call.body as string | undefined) : JSON.stringify(call.body);
  const response = await fetch(new URL(path, origin), { method, headers, body, redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) as T, text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
