import { cp, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Constellation } from '../../test/dev-env/constellation.ts'
import type { Repo } from '../../test/dev-env/repo.ts'

/** Makes a real git repository of an example and registers it. */
export const addExample = async (constellation: Constellation, name: string): Promise<void> => {
  const { repo } = await constellation.addService(name)
  await commitExample(repo, name)
}

/** An example's files are v1, and each of `versions/` lies over the one before. */
export const commitExample = async (repo: Repo, name: string): Promise<void> => {
  const example = resolve('examples', name)
  const overlays = join(example, 'versions')
  await cp(example, repo.path, {
    recursive: true,
    filter: (path) => path !== overlays && !path.endsWith('node_modules'),
  })
  await repo.commitAll('v1')
  for (const version of (await readdir(overlays)).sort()) {
    await cp(join(overlays, version), repo.path, { recursive: true })
    await repo.commitAll(version)
  }
}
