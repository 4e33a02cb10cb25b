import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runOrThrow } from './timed.ts'

/** About as large as a real one: some 2,000 files and 30 MB in production, and tools that only the build needs. */
const packageFile = {
  name: 'orders',
  version: '1.0.0',
  private: true,
  scripts: {
    build: 'esbuild src/server.js --bundle --platform=node --packages=external --outfile=dist/server.js',
  },
  dependencies: { fastify: '5.12.8', undici: '7.16.0', typescript: '6.0.3' },
  devDependencies: { esbuild: '0.28.2', prettier: '3.10.1' },
}

const git = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'] as const

/** A git repo with a Node.js service. */
export const nodeService = async (directory: string): Promise<string> => {
  const repo = join(directory, 'orders')
  await mkdir(join(repo, 'src'), { recursive: true })
  await writeFile(join(repo, 'package.json'), JSON.stringify(packageFile))
  await writeFile(join(repo, 'service.yaml'), serviceYaml('orders', 'type: node'))
  await writeFile(join(repo, 'src/server.js'), "import fastify from 'fastify'\nexport default fastify()\n")
  await runOrThrow('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], repo)
  await committed(repo)
  return repo
}

export const changeCode = async (repo: string, run: number): Promise<void> => {
  await appendFile(join(repo, 'src/server.js'), `console.log(${run})\n`)
  await runOrThrow('git', [...git, 'commit', '--quiet', '--all', '--message', 'change'], repo)
}

/** A service whose build makes so many gigabytes, which hardly compress. */
export const largeService = async (directory: string, gigabytes: number): Promise<string> => {
  const repo = join(directory, 'large')
  const command = `mkdir out && for i in $(seq ${gigabytes * 8}); do head -c 125000000 /dev/urandom >out/$i; done`
  await mkdir(repo)
  await writeFile(
    join(repo, 'service.yaml'),
    serviceYaml('large', `type: command, command: '${command}', output: [out]`),
  )
  await committed(repo)
  return repo
}

const serviceYaml = (service: string, build: string): string =>
  `service: ${service}\nbuild: { ${build} }\nrun: { command: node . }\n`

const committed = async (repo: string): Promise<void> => {
  await runOrThrow('git', ['init', '--quiet'], repo)
  await runOrThrow('git', ['add', '.'], repo)
  await runOrThrow('git', [...git, 'commit', '--quiet', '--message', 'all'], repo)
}
