/** The boundaries of docs/architecture: who may import whom. */
const outside = (from, to) => ({ from, to })

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', ...outside({}, { circular: true }) },
    { name: 'unresolved', severity: 'error', ...outside({}, { couldNotResolve: true }) },
    {
      name: 'tracker-imports-itself-and-shared',
      comment: 'The versions board is the tracker’s own room in versions/.',
      severity: 'error',
      ...outside({ path: '^tracker/' }, { path: '^(packer|grabber|versions/(?!board/))' }),
    },
    {
      name: 'packer-imports-itself-and-shared',
      severity: 'error',
      ...outside({ path: '^packer/' }, { path: '^(tracker|grabber|versions)/' }),
    },
    {
      name: 'grabber-imports-itself-and-shared',
      comment: 'Its main starts the versions reporter, so that a host runs one daemon.',
      severity: 'error',
      ...outside({ path: '^grabber/' }, { path: '^(tracker|packer|versions/(?!reporter/))' }),
    },
    {
      name: 'only-grabber-main-imports-the-reporter',
      severity: 'error',
      ...outside({ path: '^grabber/', pathNot: '^grabber/main\\.ts$' }, { path: '^versions/' }),
    },
    {
      name: 'versions-imports-itself-and-shared',
      severity: 'error',
      ...outside({ path: '^versions/' }, { path: '^(tracker|packer|grabber)/' }),
    },
    {
      name: 'shared-imports-no-program',
      severity: 'error',
      ...outside({ path: '^shared/' }, { path: '^(tracker|packer|grabber|versions)/' }),
    },
    {
      name: 'contracts-import-only-contracts-and-zod',
      severity: 'error',
      ...outside(
        { path: '^shared/(messages|api|domain)/', pathNot: '\\.test\\.ts$' },
        { pathNot: ['^shared/(messages|api|domain)/', 'node_modules/zod/'] },
      ),
    },
    {
      name: 'nats-only-in-its-adapter',
      severity: 'error',
      ...outside({ pathNot: '^(shared/adapters|test)/' }, { path: 'node_modules/nats/' }),
    },
    {
      name: 's3-only-in-its-adapter',
      severity: 'error',
      ...outside({ pathNot: '^(shared/adapters|test)/' }, { path: 'node_modules/@aws-sdk/' }),
    },
    {
      name: 'sqlite-only-in-tracker-db',
      severity: 'error',
      ...outside({ pathNot: '^tracker/db/' }, { path: 'node_modules/better-sqlite3/' }),
    },
    {
      name: 'child-processes-only-where-named',
      severity: 'error',
      ...outside(
        {
          path: '^(shared|tracker|packer|grabber|versions)/',
          pathNot: [
            '^packer/(build|git)/',
            '^grabber/(supervisor|health|releases)/',
            '^tracker/nats-server/',
            '\\.test\\.ts$',
          ],
        },
        { path: '^(node:)?child_process$|node_modules/execa/' },
      ),
    },
    {
      name: 'cli-reaches-only-shared',
      severity: 'error',
      ...outside({ path: '^tracker/cli/' }, { path: '^tracker/(?!cli/)' }),
    },
    {
      name: 'web-reaches-only-contracts',
      severity: 'error',
      ...outside(
        { path: '^tracker/web/', pathNot: 'vite\\.config\\.ts$' },
        { pathNot: ['^tracker/web/', '^shared/(api|messages|domain)/', 'node_modules/'] },
      ),
    },
    {
      name: 'production-imports-no-tests',
      severity: 'error',
      ...outside(
        { path: '^(shared|tracker|packer|grabber|versions)/', pathNot: '\\.test\\.ts$' },
        { path: '^test/|\\.test\\.ts$' },
      ),
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
