import { Command } from 'commander'
import { runCommandLine } from '../../shared/command-line.ts'
import { sizeOf } from '../../shared/wording.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { buildTwice, type Artifact } from './build.ts'
import { runUnpacked } from './run.ts'

const kinds = ['node-api', 'vite-site', 'python-web', 'worker']

const tryKinds = async (names: readonly string[]): Promise<void> => {
  await using directory = await TemporaryDirectory.create()
  show('', 'first', 'again', 'tarball', 'unpacked', 'entries', 'healthy', 'needs of its host')
  for (const name of names.length > 0 ? names : kinds) {
    const artifact = await buildTwice(name, directory.path)
    const healthyAfterMs = await runUnpacked(artifact, directory.path)
    show(
      ...[name, seconds(artifact.firstMs), seconds(artifact.againMs), sizeOf(artifact.size)],
      ...[
        sizeOf(artifact.unpackedSize),
        String(artifact.entries),
        seconds(healthyAfterMs),
        needsOf(artifact),
      ],
    )
  }
}

const show = (name: string, ...cells: string[]): void => {
  const last = cells.pop() ?? ''
  process.stdout.write(`${name.padEnd(11)}${cells.map((cell) => cell.padStart(10)).join('')}  ${last}\n`)
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const needsOf = ({ manifest: { needs } }: Artifact): string =>
  [
    needs.machine,
    needs.glibc && `glibc ${needs.glibc}`,
    needs.python && `Python ${needs.python}`,
    needs.node?.wanted,
  ]
    .filter(Boolean)
    .join('; ') || 'nothing in particular'

const program = new Command('try-kinds')
  .description('Builds and runs services of the kinds that people have.')
  .argument('[names...]', `some of: ${kinds.join(', ')}`)
  .action(tryKinds)
await runCommandLine(program, process.argv)
