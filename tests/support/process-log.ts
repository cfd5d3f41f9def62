export interface LogLine {
  process: string;
  stream: 'stdout' | 'stderr';
  text: string;
  /** The line as an object, where it is one. */
  json: Readonly<Record<string, unknown>> | null;
}

/** Cuts a stream into lines; the last one may lack its line break. */
export class ProcessLog {
  readonly lines: LogLine[] = [];
  private readonly rest = { stdout: '', stderr: '' };

  constructor(
    private readonly processName: string,
    private readonly onLine: (line: LogLine) => void,
  ) {}

  take(stream: 'stdout' | 'stderr', chunk: string): void {
    const pieces = (this.rest[stream] + chunk).split('\n');
    this.rest[stream] = pieces.pop() ?? '';
    for (const text of pieces) this.add(stream, text);
  }

  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.rest[stream] !== '') this.add(stream, this.rest[stream]);
      this.rest[stream] = '';
    }
  }

  /** The last lines, to be read in a failure. */
  tail(count = 25): string {
    return this.lines
      .slice(-count)
      .map(({ text }) => `  ${text}`)
      .join('\n');
  }

  private add(stream: 'stdout' | 'stderr', text: string): void {
    const line = { process: this.processName, stream, text, json: objectIn(text) };
    this.lines.push(line);
    this.onLine(line);
  }
}

function objectIn(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
