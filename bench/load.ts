import { ascending } from './stats.js';
import { Wire } from './wire.js';

export interface Load {
  port: number;
  connections: number;
  /** The request to send next. */
  next: () => Buffer;
}

async function connected<T>({ port, connections }: Load, work: (wires: Wire[]) => Promise<T>): Promise<T> {
  const wires = await Promise.all(Array.from({ length: connections }, () => Wire.open(port)));
  try {
    return await work(wires);
  } finally {
    for (const wire of wires) wire.close();
  }
}

async function ask(wire: Wire, request: Buffer): Promise<void> {
  const { status, body } = await wire.ask(request);
  if (status !== 200) throw new Error(`answered ${status}: ${body.toString().slice(0, 300)}`);
}

/** Closed loop: every connection asks again as soon as it is answered. Seconds for `total` requests. */
export function asFastAsAnswered(load: Load, total: number): Promise<number> {
  return connected(load, async (wires) => {
    const started = performance.now();
    let left = total;
    const loop = async (wire: Wire): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await ask(wire, load.next());
      }
    };
    await Promise.all(wires.map(loop));
    return (performance.now() - started) / 1000;
  });
}

/** The same closed loop, told by how long each request took. Sorted milliseconds. */
export function latenciesAsFastAsAnswered(load: Load, total: number): Promise<number[]> {
  return connected(load, async (wires) => {
    const latencies: number[] = [];
    let left = total;
    const loop = async (wire: Wire): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const started = performance.now();
        await ask(wire, load.next());
        latencies.push(performance.now() - started);
      }
    };
    await Promise.all(wires.map(loop));
    return ascending(latencies);
  });
}

/**
 * Open loop: requests are due at fixed instants, whether earlier ones are answered or not. A latency counts from the instant the
 * request was due, so that a stall is felt by all who would have asked during it. Sorted milliseconds.
 */
export function atFixedRate(load: Load, perSecond: number, seconds: number): Promise<number[]> {
  return connected(load, async (wires) => {
    const free = [...wires];
    const due: number[] = [];
    const latencies: number[] = [];
    const total = perSecond * seconds;
    const started = performance.now();
    await new Promise<void>((resolve, reject) => {
      const serve = (wire: Wire): void => {
        const at = due.shift();
        if (at === undefined) {
          free.push(wire);
          return;
        }
        ask(wire, load.next()).then(() => {
          latencies.push(performance.now() - at);
          if (latencies.length === total) resolve();
          else serve(wire);
        }, reject);
      };
      let made = 0;
      const tick = (): void => {
        const now = performance.now();
        for (; made < total && started + (made * 1000) / perSecond <= now; made += 1) {
          due.push(started + (made * 1000) / perSecond);
          const wire = free.pop();
          if (wire) serve(wire);
        }
        if (made < total) setTimeout(tick, 1);
      };
      tick();
    });
    return ascending(latencies);
  });
}

/** One request on each connection, all at once. Sorted milliseconds. */
export function allAtOnce(load: Load): Promise<number[]> {
  return connected(load, async (wires) => {
    const latencies = wires.map(async (wire) => {
      const started = performance.now();
      await ask(wire, load.next());
      return performance.now() - started;
    });
    return ascending(await Promise.all(latencies));
  });
}
