import { describe, expect, it } from '@jest/globals';
import { assistantIn, type Command, exits, numberIn } from './command.js';
import { run } from './run.js';

const commands: Command[] = [
  {
    name: 'keys look',
    summary: 'looks',
    help: ['Looks at keys.'],
    options: { rate: { type: 'string', value: 'n', help: 'how fast' } },
    run: (given) => {
      numberIn(given, 'rate', 5, 1, 10);
      assistantIn(given);
      return Promise.resolve({ exit: exits.done, json: {}, text: [] });
    },
  },
];
const settings = {
  DATABASE_URL: 'postgres://u:canary@127.0.0.1:1/none',
  KEY_RING: `k:${Buffer.alloc(32, 7).toString('base64')}`,
};

async function ran(args: string[], env: Record<string, string> = settings) {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] };
  const streams = { out: (line: string) => void lines.out.push(line), err: (line: string) => void lines.err.push(line) };
  const exit = await run(commands, args, env, streams, new AbortController().signal);
  return { exit, out: lines.out.join('\n'), err: lines.err.join('\n') };
}

describe('the command line', () => {
  it.each([[['--help']], [['keys', '--help']]])('%j lists the commands', async (args) =>
    expect(await ran(args)).toMatchObject({ exit: exits.done, out: expect.stringContaining('keys look') as unknown as string }),
  );

  it('without a word lists them too, as a mistake', async () => expect((await ran([])).exit).toBe(exits.misused));

  it('explains a command and its options without any setting', async () => {
    const { exit, out } = await ran(['keys', 'look', '--help'], {});
    expect(exit).toBe(exits.done);
    expect(out).toMatch(/Looks at keys\..*--rate <n> +how fast.*--json/s);
  });

  it.each([
    { args: ['keys', 'lok'], says: /no command "keys lok"/ },
    { args: ['keys'], says: /no command "keys"/ },
    { args: ['--json'], says: /no command "--json"/ },
    { args: ['keys', 'look', '--fast'], says: /Unknown option '--fast'/ },
    { args: ['keys', 'look', '--rate'], says: /--rate.*missing/ },
    { args: ['keys', 'look', '--json', 'now'], says: /Unexpected argument 'now'/ },
    { args: ['keys', 'look', '--rate', '11'], says: /--rate must be a whole number from 1 to 10/ },
    { args: ['keys', 'look', '--rate', '1.5'], says: /--rate must be/ },
  ])('$args is refused with code 2 and the reason', async ({ args, says }) => {
    const { exit, err, out } = await ran(args);
    expect([exit, out]).toEqual([exits.misused, '']);
    expect(err).toMatch(says);
    expect(err).toMatch(/--help/);
  });

  it('names every missing setting at once', async () => {
    const { exit, err } = await ran(['keys', 'look'], {});
    expect(exit).toBe(exits.failed);
    expect(err).toMatch(/DATABASE_URL.*KEY_RING/s);
  });

  it('says what is wrong with the ring, not what it holds', async () => {
    const { exit, err } = await ran(['keys', 'look'], { ...settings, KEY_RING: 'k:Y2FuYXJ5' });
    expect(exit).toBe(exits.failed);
    expect(err).toMatch(/entry 1: the key must be 32 bytes/);
    expect(err).not.toMatch(/Y2Fu/);
  });

  it('answers JSON alone on standard output when asked to', async () =>
    expect(await ran(['keys', 'look', '--json'])).toEqual({ exit: exits.done, out: '{}', err: '' }));
});
