import { setTimeout as delay } from 'node:timers/promises'
import { cancelBuild, startBuild } from '../../shared/api/builds.ts'
import {
  cancelDeploy,
  createDeploy,
  listDeploys,
  retryDeploy,
  rollbackDeploy,
} from '../../shared/api/deploys.ts'
import { PersonError } from '../../shared/errors.ts'
import type { BuildOperation, Operation } from './schedule.ts'
import type { World } from './world/world.ts'

/** Bad versions are deployed again and again here. */
const forced = { force: true, reason: 'to see what happens' }

const answersWithin = 60_000

/** Asks the tracker as a person would who tries again while it does not answer. What it refuses is refused. */
export const operate = (world: World, operation: Operation): Promise<void> =>
  untilAnswered(() => ask(world, operation))

/** Has a new commit built, and cancels that where it is to be. */
export const build = async ({ api, builtServices }: World, operation: BuildOperation): Promise<void> => {
  const { service, cancelAfter } = operation
  const ref = await builtServices.find(({ name }) => name === service)?.commit()
  let id: number | undefined
  await untilAnswered(async () => {
    id = (await api.call(startBuild, { body: { service, ref } })).build.id
  })
  if (cancelAfter === undefined || id === undefined) return
  const params = { id }
  await delay(cancelAfter)
  await untilAnswered(() => api.call(cancelBuild, { params, body: {} }))
}

const untilAnswered = async (ask: () => Promise<unknown>): Promise<void> => {
  const deadline = Date.now() + answersWithin
  for (;;) {
    try {
      await ask()
      return
    } catch (error) {
      if (!(error instanceof PersonError)) throw error
      if (error.code === 'internal' || Date.now() > deadline) throw error
      if (error.code !== 'unavailable') return
      await delay(100)
    }
  }
}

const ask = async (world: World, { kind, service, version, hosts }: Operation): Promise<void> => {
  const { api } = world
  if (kind === 'deploy') {
    const { digest } = world.artifact(service, version)
    const selection = { pattern: `^(${hosts.join('|')})$` }
    await api.call(createDeploy, { body: { service, digest, selection, ...forced } })
    return
  }
  const { deploys } = await api.call(listDeploys, { query: { service, limit: 1 } })
  const [last] = deploys
  if (!last) return
  const params = { id: last.id }
  if (kind === 'cancel') await api.call(cancelDeploy, { params, body: {} })
  else await api.call(kind === 'retry' ? retryDeploy : rollbackDeploy, { params, body: forced })
}
