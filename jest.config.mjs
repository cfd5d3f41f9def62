const compiled = (parser, transform) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript', ...parser }, transform, target: 'es2022', keepClassNames: true },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.ts$': compiled(
      { decorators: true },
      { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    ),
    '^.+\\.tsx$': compiled({ tsx: true }, { react: { runtime: 'automatic' } }),
  },
  moduleNameMapper: {
    '^@grantkeeper/tests/(.*)$': '<rootDir>/tests/$1.ts',
    '^@grantkeeper/local-stack/(.*)$': '<rootDir>/tools/local-stack/src/$1.ts',
    '^@grantkeeper/([^/]+)/(.*)$': '<rootDir>/packages/$1/src/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.local/'],
  modulePathIgnorePatterns: ['/dist/'],
};
const services = {
  globalSetup: '<rootDir>/tests/support/global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
};
export default {
  coverageProvider: 'v8',
  testTimeout: 180_000, // real processes on a machine that may be busy; a project's own setting would be ignored
  projects: [
    { ...shared, displayName: 'unit', testRegex: '(?<!\\.(int|e2e|browser|deploy))\\.spec\\.tsx?$' },
    { ...shared, ...services, displayName: 'integration', testRegex: '\\.int\\.spec\\.ts$' },
    { ...shared, ...services, displayName: 'system', testRegex: '\\.e2e\\.spec\\.ts$' },
    { ...shared, ...services, displayName: 'browser', testRegex: '\\.browser\\.spec\\.ts$' },
    { ...shared, ...services, displayName: 'deploy', testRegex: '\\.deploy\\.spec\\.ts$' },
  ],
};
