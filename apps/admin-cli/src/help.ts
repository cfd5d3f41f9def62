import type { Command, Option } from './command.js';

const everyCommand: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'print one JSON object instead of text; progress goes to standard error' },
  help: { type: 'boolean', help: 'say what the command does' },
};

/** A command's options with those that every command has. */
export const optionsOf = (command: Command): Readonly<Record<string, Option>> => ({ ...command.options, ...everyCommand });

export function overview(commands: readonly Command[]): string[] {
  return [
    'grantkeeper-admin: what is done on the machines that run Grantkeeper, not over HTTP.',
    '',
    'Usage: grantkeeper-admin <command> [options]',
    '',
    ...table(commands.map(({ name, summary }) => [`  ${name}`, summary])),
    '',
    'grantkeeper-admin <command> --help says more. Settings: DATABASE_URL (or DATABASE_URL_FILE) and KEY_RING, as for api and worker.',
    'Exit codes: 0 done, 1 failed, 2 not understood, 3 something is left to do. Every change is written to the audit log, as operator:cli.',
  ];
}

export function helpOf(command: Command): string[] {
  const rows = Object.entries(optionsOf(command)).map(([name, { value, help }]) => [
    `  --${name}${value ? ` <${value}>` : ''}`,
    help,
  ]);
  return [`Usage: grantkeeper-admin ${command.name} [options]`, '', ...command.help, '', 'Options:', ...table(rows)];
}

/** Rows with their columns under each other. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
