// Bundles every program into dist/ (esbuild) and builds the web page into dist/web (Vite).
//   --no-web      only the programs
//   --watch DIR   the programs, into DIR, again whenever a source changes, until stopped
import { chmod, rm } from 'node:fs/promises'
import { build, context } from 'esbuild'
import { common, requireBanner, withoutUnusedParts } from './esbuild-options.mjs'

const isWatching = process.argv.includes('--watch')
const dist = isWatching
  ? process.argv[process.argv.indexOf('--watch') + 1]
  : new URL('../dist', import.meta.url).pathname
const bundle = async (options) => (isWatching ? (await context(options)).watch() : build(options))

const shebang = '#!/usr/bin/env node\n'

/** On hosts: one file that plain `node` runs, nothing native. */
const single = (entry, name) =>
  bundle({
    ...common,
    entryPoints: [entry],
    outfile: `${dist}/${name}.cjs`,
    format: 'cjs',
    banner: { js: shebang },
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    plugins: [withoutUnusedParts],
  })

/** At the tracker and the packer: split, so that a command loads only what it needs. */
const split = (entryPoints) =>
  bundle({
    ...common,
    entryPoints,
    outdir: dist,
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: shebang + requireBanner },
    external: ['better-sqlite3'],
  })

await rm(dist, { recursive: true, force: true })
await Promise.all([
  split({ tracker: 'tracker/main.ts', packer: 'packer/main.ts' }),
  single('grabber/main.ts', 'grabber'),
  single('versions/check/main.ts', 'check_apptracker'),
])
if (!isWatching) {
  await Promise.all(
    ['tracker.js', 'packer.js', 'grabber.cjs', 'check_apptracker.cjs'].map((file) =>
      chmod(`${dist}/${file}`, 0o755),
    ),
  )
}
if (!isWatching && !process.argv.includes('--no-web')) {
  const vite = await import('vite')
  await vite.build({
    configFile: new URL('../tracker/web/vite.config.ts', import.meta.url).pathname,
    logLevel: 'warn',
  })
}
