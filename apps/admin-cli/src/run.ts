import { parseArgs } from 'node:util';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { createPool } from '@grantkeeper/platform/database/pool';
import { type Command, type Exit, exits, type Given, Misused } from './command.js';
import { AdminConfig } from './config.js';
import { helpOf, optionsOf, overview } from './help.js';

export interface Streams {
  out: (line: string) => void;
  err: (line: string) => void;
}

type Environment = Record<string, string | undefined>;

/** Runs one command line; answers the exit code. Nothing that it prints holds a secret. */
export async function run(
  commands: readonly Command[],
  args: readonly string[],
  env: Environment,
  streams: Streams,
  signal: AbortSignal,
): Promise<Exit> {
  try {
    const firstOption = args.findIndex((word) => word.startsWith('-'));
    const words = firstOption === -1 ? args : args.slice(0, firstOption);
    const command = commands.find(({ name }) => name === words.join(' '));
    if (!command) {
      if (args.length > 0 && !args.includes('--help')) throw new Misused(`There is no command "${args.join(' ')}".`);
      for (const line of overview(commands)) streams.out(line);
      return args.length === 0 ? exits.misused : exits.done;
    }
    const given = optionsIn(command, args.slice(words.length));
    if (given.help) {
      for (const line of helpOf(command)) streams.out(line);
      return exits.done;
    }
    return await carryOut(command, given, env, streams, signal);
  } catch (error) {
    streams.err((error as Error).message);
    if (!(error instanceof Misused)) return exits.failed;
    streams.err('grantkeeper-admin --help lists the commands; with --help after a command, its options.');
    return exits.misused;
  }
}

async function carryOut(
  command: Command,
  given: Given,
  env: Environment,
  { out, err }: Streams,
  signal: AbortSignal,
): Promise<Exit> {
  const config = new AdminConfig(env);
  const ring = KeyRing.read(config.keyRing.reveal());
  const pool = createPool(config.databaseUrl.reveal(), 2);
  try {
    const { exit, json, text } = await command.run(given, { pool, ring, signal, tell: given.json ? err : out });
    if (given.json) out(JSON.stringify(json));
    else for (const line of text) out(line);
    return exit;
  } finally {
    await pool.end();
  }
}

function optionsIn(command: Command, args: readonly string[]): Given {
  const options = Object.fromEntries(Object.entries(optionsOf(command)).map(([name, { type }]) => [name, { type }]));
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values as Given;
  } catch (error) {
    throw new Misused(`${command.name}: ${(error as Error).message.split('. ')[0]}.`);
  }
}
