// Runs a TypeScript program of this project: node scripts/run-typescript.mjs FILE [ARGUMENT…]
import { rm } from 'node:fs/promises'
import { build } from 'esbuild'
import { common, requireBanner } from './esbuild-options.mjs'

const [entry] = process.argv.splice(2, 1)
// Inside node_modules, so that what is not bundled is found.
const outfile = new URL(`../node_modules/.cache/apptracker/${process.pid}.mjs`, import.meta.url).pathname
await build({
  ...common,
  entryPoints: [entry],
  outfile,
  format: 'esm',
  banner: { js: requireBanner },
  external: ['better-sqlite3', 'vite'],
})
try {
  await import(outfile)
} finally {
  await rm(outfile, { force: true })
}
