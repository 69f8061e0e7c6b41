// Four projects, one command each in package.json: fast ones first, the hostile ones last.
const project = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  // The Azure SDKs, jose and PnP are compiled to CommonJS in memory, so no Node flag is needed.
  transform: { '^.+\\.[tj]s$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }] },
  transformIgnorePatterns: ['/node_modules/(?!(jose|@pnp|selfsigned|@peculiar)/)'],
  // Outside the Functions worker this module does not exist; the library then runs in its test mode.
  moduleNameMapper: { '^@azure/functions-core$': '<rootDir>/test/stubs/functions-core.cjs' },
  ...extra,
});

export default {
  projects: [
    project('unit', ['<rootDir>/test/unit/**/*.test.ts', '<rootDir>/test/*.test.ts']),
    project('contract', ['<rootDir>/test/{record,queue,simulator,host,storage-proxy,directory,secrets}/**/*.test.ts']),
    project('scenario', ['<rootDir>/test/scenarios/**/*.test.ts']),
  ],
  testTimeout: 30_000,
  // Asked for with `npm run test:unit -- --coverage`. Statements are left out: exports nobody imports count as some.
  collectCoverageFrom: ['src/lib/{model,plan}/*.ts'],
  coverageThreshold: {
    './src/lib/model/': { branches: 100, functions: 100, lines: 100 },
    './src/lib/plan/': { branches: 100, functions: 100, lines: 100 },
  },
};
