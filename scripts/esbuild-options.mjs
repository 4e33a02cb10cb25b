import { readFileSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))

/** How every program of this project is bundled. */
export const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  absWorkingDir: root.pathname,
  define: { 'process.env.APPTRACKER_VERSION': JSON.stringify(version) },
}

/** For ES modules: some dependencies are CommonJS and call require(), which an ES module does not have. */
export const requireBanner = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`

/** Leaves out what a host never calls but these packages always load, a tenth of the program: JetStream, logging in threads. */
export const withoutUnusedParts = {
  name: 'without-unused-parts',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/node_modules\/(nats\/lib\/jetstream|thread-stream)\// }, () => ({ contents: '' }))
  },
}
