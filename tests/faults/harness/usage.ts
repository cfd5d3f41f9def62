import { readdirSync, readFileSync } from 'node:fs';
import type { ManagedProcess } from '../../support/managed-process.js';

const mebibyte = 1024 * 1024;
/** How much more a process may hold in the last quarter than in the first: what a collector has not come to yet. */
const slack = { rss: 0.15, fds: 8 };

interface Look {
  rssMiB: number;
  fds: number;
}

/** What a process holds over time: memory and open handles, as proc(5) tells. */
export class Usage {
  private readonly looks: Look[] = [];

  constructor(private readonly process: Pick<ManagedProcess, 'name' | 'pid'>) {}

  look(): void {
    const { pid } = this.process;
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    this.looks.push({ rssMiB: (pages * 4096) / mebibyte, fds: readdirSync(`/proc/${pid}/fd`).length });
  }

  /** What has risen between the first quarter and the last, and by how much. */
  risen(): string[] {
    const { name } = this.process;
    const [first, last] = this.ends();
    return [
      ...(last.rssMiB > first.rssMiB * (1 + slack.rss)
        ? [`memory of ${name} rose from ${first.rssMiB.toFixed(0)} to ${last.rssMiB.toFixed(0)} MiB`]
        : []),
      ...(last.fds > first.fds + slack.fds ? [`handles of ${name} rose from ${first.fds} to ${last.fds}`] : []),
    ];
  }

  told(): string {
    const [first, last] = this.ends();
    return `${this.process.name} ${first.rssMiB.toFixed(0)} → ${last.rssMiB.toFixed(0)} MiB, ${first.fds} → ${last.fds} handles`;
  }

  /** A dozen of the looks, for people. */
  table(): string {
    const step = Math.max(1, Math.floor(this.looks.length / 12));
    const rows = this.looks.filter((_, index) => index % step === 0).map(({ rssMiB, fds }) => `${rssMiB.toFixed(0)} MiB ${fds}`);
    return `${this.process.name}: ${rows.join(' | ')}`;
  }

  /** The medians of the first and of the last quarter. */
  private ends(): [Look, Look] {
    const quarter = Math.max(1, Math.floor(this.looks.length / 4));
    return [medianOf(this.looks.slice(0, quarter)), medianOf(this.looks.slice(-quarter))];
  }
}

function medianOf(looks: readonly Look[]): Look {
  const middle = (values: number[]) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  return { rssMiB: middle(looks.map(({ rssMiB }) => rssMiB)), fds: middle(looks.map(({ fds }) => fds)) };
}
