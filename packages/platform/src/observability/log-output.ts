import { pino } from 'pino';

/** How long a line may wait for others, so that a busy process writes once for many. */
const writtenWithinMs = 20;
const writtenAtLines = 200;
const warn = 40;
/** A stream with this member is told each line's level beforehand. */
const needsMetadata: unique symbol = Symbol.for('pino.metadata');

/**
 * Standard output for log lines: written together, at most 20 ms later. A warning or an error takes all that waits along at once, and nothing is left
 * when the process ends, unless it is killed outright.
 */
export class LogOutput {
  readonly [needsMetadata] = true;
  lastLevel = 0;
  private readonly output = pino.destination({ dest: 1, sync: true });
  private lines: string[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor() {
    process.on('exit', () => this.flush());
  }

  write(line: string): void {
    this.lines.push(line);
    if (this.lastLevel >= warn || this.lines.length >= writtenAtLines) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), writtenWithinMs).unref();
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const lines = this.lines.join('');
    this.lines = [];
    if (lines !== '') this.output.write(lines);
  }
}
