/** What was done and seen, and when: read when an invariant was violated. */
export class Timeline {
  private readonly lines: { at: number; text: string }[] = [];
  private readonly begun = Date.now();

  constructor(private readonly onNote: (line: string) => void = () => undefined) {}

  note(text: string): void {
    const at = Date.now();
    this.lines.push({ at, text });
    this.onNote(this.told({ at, text }));
  }

  /** The last lines, oldest first. */
  tail(count = 60): string {
    return this.lines
      .slice(-count)
      .map((line) => this.told(line))
      .join('\n');
  }

  private told({ at, text }: { at: number; text: string }): string {
    return `${((at - this.begun) / 1000).toFixed(2).padStart(9)} s  ${text}`;
  }
}
