const form = /^([a-z-]+\.[a-z-]+):(kill|stop|throw|freeze:(\d+))(?:@(\d+))?$/;

/** Reads `step:action[@n]`, several with commas; an unreadable one throws: a fail point that never fires proves nothing. */
export function parseFailPoints(text) {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, step, action, milliseconds, hit] = form.exec(part) ?? [];
      if (!step) throw new Error(`unreadable fail point: ${part}`);
      return { step, action: action.split(':')[0], milliseconds: Number(milliseconds ?? 0), hit: Number(hit ?? 1) };
    });
}
