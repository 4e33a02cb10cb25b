import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { getBuild, startBuild } from '../../../shared/api/builds.ts'
import { registerService } from '../../../shared/api/services.ts'
import { eventually } from '../../dev-env/poll.ts'
import { Repo } from '../../dev-env/repo.ts'
import type { Tracker } from '../../dev-env/tracker.ts'
import type { Goods } from '../checks/host-promises.ts'
import { treeHash } from '../checks/tree-hash.ts'
import { serviceNames, versions } from '../schedule.ts'
import { serviceFiles } from './service.ts'

/** All that will ever be deployed. */
export const buildGoods = async (tracker: Tracker, directory: string): Promise<Goods[]> => {
  const built = await Promise.all(serviceNames.map((service) => buildService(tracker, directory, service)))
  return built.flat()
}

const buildService = async (tracker: Tracker, directory: string, service: string): Promise<Goods[]> => {
  const repo = await Repo.create(join(directory, 'repos', service))
  await tracker.call(registerService, { body: { name: service, repo: repo.path } })
  for (const version of versions) await repo.commit(serviceFiles(service, version), version)
  return Promise.all(
    versions.map(async (version) => {
      const digest = await build(tracker, service, version)
      return { service, version, digest, tree: await unpackedTree(tracker, directory, digest) }
    }),
  )
}

const build = async (tracker: Tracker, service: string, ref: string): Promise<string> => {
  const { build } = await tracker.call(startBuild, { body: { service, ref } })
  return eventually(`the build of ${service} ${ref}`, async () => {
    const { state, digest, error } = await tracker.call(getBuild, { params: { id: build.id } })
    if (state === 'failed') throw new Error(`${service} ${ref} was not built: ${error ?? ''}`)
    return digest
  })
}

const unpackedTree = async (tracker: Tracker, directory: string, digest: string): Promise<string> => {
  const tree = join(directory, 'reference', digest)
  await mkdir(tree, { recursive: true })
  await execa('tar', ['-xzf', join(tracker.data, 'artifacts', `${digest}.tar.gz`), '-C', tree])
  return treeHash(tree)
}
