import { cp, readFile, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { ArtifactManifest, manifestPath } from '../../shared/domain/artifact.ts'
import { Repo } from '../../test/dev-env/repo.ts'

export interface Artifact {
  /** Where it was unpacked. */
  readonly release: string
  readonly manifest: ArtifactManifest
  readonly size: number
  readonly unpackedSize: number
  readonly entries: number
  /** With nothing downloaded yet, and then once more. */
  readonly firstMs: number
  readonly againMs: number
}

type Built = Pick<Artifact, 'size' | 'unpackedSize' | 'entries'> & { digest: string; durationMs: number }

/** Builds an example by `packer build` as on a fresh machine, then again, and unpacks it. Throws when the bytes differ. */
export const buildTwice = async (name: string, top: string): Promise<Artifact> => {
  const repo = await Repo.create(join(top, name))
  await cp(resolve('examples', name), repo.path, {
    recursive: true,
    filter: (path) => !path.endsWith('/node_modules'),
  })
  await repo.commitAll('v1')
  const file = join(top, `${name}.tar.gz`)
  const [first, again] = [await build(repo.path, file, top), await build(repo.path, file, top)]
  if (first.digest !== again.digest) throw new Error(`${name} is not the same bytes when built again`)
  const release = join(top, 'unpacked elsewhere', name)
  await mkdir(release, { recursive: true })
  await execa('tar', ['-xzf', file, '-C', release])
  const manifest = ArtifactManifest.parse(JSON.parse(await readFile(join(release, manifestPath), 'utf8')))
  return { ...first, release, manifest, firstMs: first.durationMs, againMs: again.durationMs }
}

const build = async (repo: string, file: string, top: string): Promise<Built> => {
  const words = ['build', repo, '-o', file, '--ref', 'v1', '--work', join(top, `${repo}.work`), '--json']
  const { stdout } = await execa('node', ['dist/packer.js', ...words])
  return JSON.parse(stdout) as Built
}
