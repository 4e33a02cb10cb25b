import { Command } from 'commander'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { buildArtifact } from '../../../packer/artifact/build-artifact.ts'
import type { BuildTools } from '../../../packer/artifact/workplace.ts'
import { pathsIn, readBuildSettings } from '../../../packer/config.ts'
import { RepoCache } from '../../../packer/git/repo-cache.ts'
import { Layers } from '../../../packer/layers/layers.ts'
import { CompressedPieces } from '../../../packer/pack/compressed-pieces.ts'
import { pack } from '../../../packer/pack/pack.ts'
import { resolve } from '../../../packer/answers/resolve.ts'
import { DirectoryStore } from '../../../shared/adapters/directory-store.ts'
import { parseSetting, runCommandLine } from '../../../shared/command-line.ts'
import { bundles } from '../../../test/dev-env/bundles.ts'
import { TemporaryDirectory } from '../../../test/dev-env/temporary-directory.ts'
import { changeCode, largeService, nodeService } from './sample-service.ts'
import { smallFiles } from './small-files.ts'
import { runOrThrow, type Timed } from './timed.ts'

const Count = z.coerce.number().int().max(100)

/** What a build takes, first and then with the same dependencies; what packing takes; and how much memory a large one needs. */
const measure = async (flags: { runs: string; gigabytes: string }): Promise<void> => {
  const runs = parseSetting(Count.min(1), '--runs', flags.runs)
  const gigabytes = parseSetting(Count.min(0), '--gigabytes', flags.gigabytes)
  await using directory = await TemporaryDirectory.create()
  await buildTimes(directory.path, runs)
  await rm(join(directory.path, 'warm-0/.git'), { recursive: true })
  await packTimes(directory.path, 'warm-0', 'what was built by hand', runs)
  await smallFiles(join(directory.path, 'small'))
  await packTimes(directory.path, 'small', '5,700 files of 1.5 kB', runs)
  if (gigabytes > 0) await memory(directory.path, gigabytes)
}

const buildTimes = async (directory: string, runs: number): Promise<void> => {
  const repo = await nodeService(directory)
  const inPacker = { first: [] as number[], next: [] as number[] }
  const byCommand = { first: [] as number[], next: [] as number[] }
  const own = { first: [] as number[], next: [] as number[] }
  for (let run = 0; run < runs; run++) {
    const work = join(directory, `work-${run}`)
    const packer = await openPacker(work)
    inPacker.first.push(await packerSeconds(repo, packer))
    byCommand.first.push((await build(repo, `${work}-command`)).seconds)
    await changeCode(repo, run)
    inPacker.next.push(await packerSeconds(repo, packer))
    byCommand.next.push((await build(repo, `${work}-command`)).seconds)
    own.first.push((await byHand(directory, repo, `cold-${run}`, run)).seconds)
    own.next.push((await byHand(directory, repo, `warm-${run}`, run)).seconds)
  }
  showBoth('in a packer, which goes on running', inPacker)
  showBoth('by packer build, which starts each time', byCommand)
  showBoth('npm ci, build, prune, tar by hand', own)
}

/** The first build of a service, and the next, of other code with the same dependencies. */
const showBoth = (
  what: string,
  { first, next }: { first: readonly number[]; next: readonly number[] },
): void => {
  write(what)
  show('  first build', first)
  show('  next build', next)
  show('  next over first', ratios(next, first), '')
}

/** A packer of its own for one measurement: what it keeps from build to build is empty at first. */
const openPacker = async (work: string): Promise<BuildTools> => {
  const paths = pathsIn(work)
  const { signal } = new AbortController()
  return {
    cache: new RepoCache({ directory: paths.git, trustedHosts: new Set(), signal }),
    store: new DirectoryStore(join(work, 'store')),
    settings: await readBuildSettings('15m'),
    layers: await Layers.open(paths.layers),
    pieces: await CompressedPieces.open(paths.pieces),
    paths,
  }
}

/** From the question what a ref is to the artifact in the store. */
const packerSeconds = async (repo: string, tools: BuildTools): Promise<number> => {
  const started = performance.now()
  const source = { service: 'orders', repo, path: '.' }
  const resolved = await resolve(tools.cache, { source, ref: 'HEAD' })
  const silent = { write: () => undefined }
  await buildArtifact({ ...resolved, source, fresh: false }, tools, silent, new AbortController().signal)
  return (performance.now() - started) / 1000
}

const build = (repo: string, work: string): Promise<Timed> =>
  runOrThrow(
    process.execPath,
    [bundles.packer, 'build', repo, '--output', `${work}.tar.gz`, '--work', work],
    repo,
  )

/** What a script would do, with a cache of npm of its own. */
const byHand = (directory: string, repo: string, checkout: string, run: number): Promise<Timed> => {
  const script = `git clone --quiet ${repo} ${checkout} && cd ${checkout} && npm ci && npm run build \
    && npm prune --omit=dev && tar czf ../by-hand.tar.gz --exclude=.git .`
  const env = { ...process.env, npm_config_cache: join(directory, `npm-${run}`), npm_config_audit: 'false' }
  return runOrThrow('sh', ['-c', script], directory, env)
}

const packTimes = async (directory: string, tree: string, what: string, runs: number): Promise<void> => {
  const times = { ours: [] as number[], tar: [] as number[] }
  for (let run = 0; run < runs; run++) {
    times.ours.push(await packSeconds(join(directory, tree), join(directory, 'packed.tar.gz')))
    const script = `tar -cf - -C ${tree} . | gzip -6 >by-tar.tar.gz`
    times.tar.push((await runOrThrow('sh', ['-c', script], directory)).seconds)
  }
  write(`packing ${what}`)
  show('  by a packer', times.ours)
  show('  tar | gzip -6', times.tar)
  show('  packer over that', ratios(times.ours, times.tar), '')
}

const manifest = {
  ...{ v: 1 as const, service: 'orders', version: 'v1', commit: 'a'.repeat(40) },
  builtBy: { machine: 'linux', tool: 'node', revision: 1, format: 3, compression: 'zlib' },
  config: { service: 'orders', build: { type: 'node' as const }, run: { command: 'node .' } },
}

const packSeconds = async (tree: string, file: string): Promise<number> => {
  await rm(join(tree, '.artifact.json'), { force: true })
  const started = performance.now()
  await pack(tree, manifest, file, { signal: new AbortController().signal })
  return (performance.now() - started) / 1000
}

const memory = async (directory: string, gigabytes: number): Promise<void> => {
  const work = join(directory, 'large-work')
  await mkdir(work)
  const { seconds, peakMb } = await build(await largeService(directory, gigabytes), work)
  write(`a build of ${gigabytes} GB: ${peakMb.toFixed(0)} MB at most, in ${seconds.toFixed(1)} s`)
}

const ratios = (above: readonly number[], below: readonly number[]): number[] =>
  above.map((value, index) => value / (below[index] ?? NaN))

const show = (what: string, values: readonly number[], unit = ' s'): void => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): string =>
    `${(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN).toFixed(2)}${unit}`
  write(`${what}: p50 ${at(0.5)}, min ${at(0)}, max ${at(1)}`)
}

const write = (line: string): void => void process.stdout.write(`${line}\n`)

const program = new Command('scripts/bench build')
  .description('What a build of a Node.js service takes')
  .option('--runs <number>', 'how many of each', '5')
  .option('--gigabytes <number>', 'how large the build is whose memory is measured; 0 for none', '2')
  .action(measure)

await runCommandLine(program, process.argv)
