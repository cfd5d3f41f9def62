import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Figure, type Figures, shown, verdict, withUnit } from './figures.js';
import { type Ground, postgresSettings } from './ground.js';
import { root } from './part.js';
import type { Plan } from './plan.js';

export interface Conditions {
  at: string;
  commit: string;
  machine: string;
  versions: Record<string, string>;
  postgresSettings: Record<string, string>;
  plan: Plan;
}

/** On what this run was made. */
export async function conditionsOf(ground: Ground, plan: Plan): Promise<Conditions> {
  const { pool } = await ground.store('conditions');
  const { rows } = await pool.query<{ server_version: string }>('SHOW server_version');
  const cores = cpus();
  return {
    at: new Date().toISOString(),
    commit: commit(),
    machine: `${cores[0]?.model.trim() ?? process.arch}, ${cores.length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: {
      node: process.version,
      postgresql: rows[0]?.server_version ?? '',
      ...versionsOf(['@nestjs/core', 'fastify', 'bullmq', 'pg']),
    },
    postgresSettings,
    plan,
  };
}

/** Writes `<time>.json` and `<time>.md` below bench/results; answers the table. */
export function report(conditions: Conditions, figures: Figures): string {
  const folder = join(root, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const name = conditions.at.replaceAll(':', '-').replace(/\..*/, '');
  const table = markdown(conditions, figures);
  writeFileSync(
    join(folder, `${name}.json`),
    `${JSON.stringify({ ...conditions, figures: figures.all, leftOut: figures.leftOut }, null, 2)}\n`,
  );
  writeFileSync(join(folder, `${name}.md`), table);
  return table;
}

function markdown({ at, commit, machine, versions, plan }: Conditions, { all, leftOut }: Figures): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `${at}, commit ${commit}. ${machine}; server, database and load together on it. ${named.join(', ')}. ${plan.rounds} rounds, interleaved.`,
    '',
    '| what | | median | spread | target | |',
    '|---|---|---|---|---|---|',
    ...all.map(line),
  ];
  if (leftOut.length > 0) lines.push('', ...leftOut.map((one) => `Left out: ${one}.`));
  return `${lines.join('\n')}\n`;
}

function line(figure: Figure): string {
  const { row, what, unit, median, least, most, target } = figure;
  const spread = figure.values.length > 1 ? `${shown(least)} … ${shown(most)}` : '';
  return `| ${row} | ${what} | ${withUnit(median, unit)} | ${spread} | ${target ?? ''} | ${verdict(figure)} |`;
}

function versionsOf(names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as {
        version: string;
      };
      return [name, version];
    }),
  );
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
