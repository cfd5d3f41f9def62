// House rules that neither the compiler nor Biome knows. Each is a line of `lineRules` or a function below.
import { basename, dirname } from 'node:path';
import { read, report, repositoryFiles } from './repo-files.mjs';

const maxLines = 350;
const isSource = (path) => /\.(ts|tsx|mjs|cjs)$/.test(path);
const isSpec = (path) => /\.spec\.tsx?$/.test(path) || path.startsWith('tests/');
const isShipped = (path) => /^(apps|packages)\/[^/]+\/src\//.test(path) && !isSpec(path);
const readsEnvironment = (path) =>
  /\/(config|main|migrate)\.ts$/.test(path) || /^(tests|tools|scripts|bench)\/|\/test-fixtures\//.test(path) || isSpec(path);

/** A pattern that must not appear in the code (comments apart, unless `everywhere`) of the files it is for. */
const lineRules = [
  {
    for: (path) => /^packages\/core\/src\//.test(path) && !isSpec(path),
    never: /new Date\(\)|\bDate\.now\(|\bperformance\.now\(/,
    why: 'core has no clock: pass the instant in',
  },
  {
    for: (path) => /^packages\/core\/src\//.test(path) && !isSpec(path),
    never: /\bprocess\.|\bsetTimeout\(|\bMath\.random\(/,
    why: 'core is pure: no process, timer or chance',
  },
  {
    for: (path) => isSource(path) && !readsEnvironment(path),
    never: /\bprocess\.env\b/,
    why: 'only config.ts and main.ts read the environment',
  },
  {
    for: (path) => isShipped(path) && !/^(packages\/outbound|apps\/admin)\//.test(path),
    never: /\bglobalThis\.fetch\b/,
    why: 'every outbound call goes through packages/outbound',
  },
  {
    for: isShipped,
    never: /\bMath\.random\(/,
    why: 'chance comes from node:crypto, so that nobody has to ask whether it was a secret',
  },
  { for: isSource, everywhere: true, never: /\b(TO[D]O|FIX[M]E)\b/, why: 'finish it, or open an issue' },
  {
    for: (path) => isSource(path) && isSpec(path),
    never: /\b(it|describe|test)\.(skip|todo|only)\b|\b(xit|xdescribe|fit|fdescribe)\(/,
    why: 'no test is left out',
  },
  { for: () => true, everywhere: true, never: /(?<![\w.])\/(?:home|Users|root|work)\/\w/, why: "a path of somebody's machine" },
  {
    for: () => true,
    everywhere: true,
    never: /https?:\/\/(?!registry\.npmjs\.org)[\w.-]*\b(registry|artifactory|nexus|verdaccio|npm-mirror)\b[\w.-]*[/:]/i,
    why: 'the name of a private registry',
  },
];

function withoutComment(line) {
  return /^\s*(\/\/|\*|\/\*)/.test(line) ? '' : line.replace(/(^|\s)\/\/\s.*$/, '');
}

function forbiddenLines(path, lines) {
  const rules = lineRules.filter((rule) => rule.for(path));
  return lines.flatMap((line, index) =>
    rules
      .filter((rule) => rule.never.test(rule.everywhere ? line : withoutComment(line)))
      .map((rule) => `${path}:${index + 1}: ${rule.why}`),
  );
}

function tooLong(path, lines) {
  const free = !isSource(path) || /\.spec\.tsx?$/.test(path) || path.includes('/migrations/');
  const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  return free || count <= maxLines ? [] : [`${path}: ${count} lines, the cap is ${maxLines}: split by what it does`];
}

function badlyNamed(path) {
  if (!/^(apps|packages|tools)\/[^/]+\/src\//.test(path)) return [];
  const failures = [];
  if (!/^(\d{4}-)?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(basename(path)))
    failures.push(`${path}: file names are kebab-case`);
  if (/^index\.tsx?$/.test(basename(path))) failures.push(`${path}: no barrels, packages export subpaths`);
  const vague = /\/(utils?|helpers?|common|services|shared|misc|lib)\//.exec(path);
  if (vague) failures.push(`${path}: "${vague[1]}" says nothing, name the folder after what it does`);
  return failures;
}

/** Every command is proven: by a spec beside it, by its slice's integration spec over HTTP, or by a whole-system spec that names its class. */
function unprovenCommands(paths) {
  const specs = paths.filter((path) => /\.spec\.ts$/.test(path));
  const systemSpecs = specs.filter((path) => path.startsWith('tests/')).map(read);
  return paths
    .filter((path) => path.endsWith('.command.ts'))
    .filter(
      (path) =>
        !specs.some(
          (spec) =>
            spec.startsWith(path.replace(/\.ts$/, '.')) || (spec.endsWith('.int.spec.ts') && dirname(spec) === dirname(path)),
        ),
    )
    .flatMap((path) => {
      const names = [...read(path).matchAll(/export class (\w+) extends Command\b/g)].map(([, name]) => name);
      if (names.length === 0) return [`${path}: holds no command class (export class X extends Command)`];
      return names
        .filter((name) => !systemSpecs.some((text) => new RegExp(`\\b${name}\\b`).test(text)))
        .map((name) => `${path}: ${name} has no spec beside it, and no spec in tests/ names it`);
    });
}

const paths = repositoryFiles().filter((path) => !/^(LICENSE|package-lock\.json)$|\.(png|svg|ico|woff2?)$/.test(path));
const failures = paths.flatMap((path) => {
  const lines = read(path).split('\n');
  return [...tooLong(path, lines), ...forbiddenLines(path, lines), ...badlyNamed(path)];
});
report([...failures, ...unprovenCommands(paths)], `${paths.length} files keep the house rules`);
