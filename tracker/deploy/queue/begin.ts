import { longestWaitMs } from '../../../shared/api/deploys.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Holder } from '../../db/holds.ts'
import type { Tables, Writing } from '../../db/store.ts'
import { passedFreezes, restrictionTo } from '../../restrictions/restriction-to.ts'
import type { Beginning } from '../../restrictions/restrictions.ts'
import type { Obstacle } from '../../restrictions/obstacle.ts'
import { moveDeploy, tellState } from '../moves.ts'

/** Throws `invalid` when a deploy is to begin too far from now. */
export const requireSoon = (at: number | undefined, now: number): void => {
  if (at === undefined || at <= now + longestWaitMs) return
  throw new PersonError('invalid', `${new Date(at).toISOString()} is more than 30 days from now.`, {
    field: 'at',
    hint: 'A deploy may wait for 30 days at most.',
  })
}

export const isDue = ({ notBefore }: Deploy, now: number): boolean => notBefore === null || now >= notBefore

/** What keeps a deploy from beginning now: a lock, a freeze, or another deploy. */
export const obstacleTo = (tables: Tables, deploy: Deploy, now: number): Obstacle | undefined =>
  restrictionAt(tables, deploy, now) ?? deployBefore(tables, deploy, now)

const restrictionAt = (tables: Tables, deploy: Deploy, now: number): Obstacle | undefined =>
  restrictionTo(tables, beginningOf(tables, deploy, now), deploy)

const beginningOf = (tables: Tables, { id, service }: Deploy, now: number): Beginning => ({
  service,
  clusters: tables.targets.clusters(id),
  now,
})

/** One deploy of a service at a time has a host to itself; those that wait for it take turns. */
const deployBefore = (tables: Tables, { id, service }: Deploy, now: number): Obstacle | undefined => {
  const holder = tables.holds.before(id, now)
  const deploy = holder && tables.deploys.get(holder.deployId)
  return deploy && { text: `${service} ${holds(deploy, holder)}.`, hint: hintOf(deploy) }
}

const holds = ({ id, createdBy, state }: Deploy, { hosts, hostName }: Holder): string => {
  const what = state === 'queued' ? 'waits to be deployed' : 'is being deployed'
  const others = hosts > 1 ? ` and ${hosts - 1} more` : ''
  return `${what} by ${createdBy} (deploy ${id}, ${state}) on ${hostName}${others}`
}

const hintOf = ({ id }: Deploy): string =>
  `Wait for it with --queue; or watch it with \`tracker watch ${id}\`, end it with \`tracker cancel ${id}\`.`

/** Begins a deploy that somebody has just asked for, or lets it wait if it may. Throws `locked` if it may not. */
export const beginOrQueue = (writing: Writing, id: number, why: string | null): void => {
  const deploy = writing.deploys.get(id)
  if (!deploy) throw new Error(`deploy ${id} was not stored`)
  const isNow = isDue(deploy, writing.now)
  const obstacle = isNow
    ? obstacleTo(writing, deploy, writing.now)
    : restrictionAt(writing, deploy, deploy.notBefore ?? writing.now)
  if (obstacle && !deploy.queue) throw new PersonError('locked', obstacle.text, obstacle)
  if (isNow && !obstacle) begin(writing, deploy, deploy.warnings, why)
  else tellState(writing, deploy, 'queued', obstacle?.text ?? null)
}

/** From here on, its hosts are its own until it ends: the database lets no other deploy of the service take one of them. */
export const begin = (
  writing: Writing,
  deploy: Deploy,
  warnings: readonly string[],
  why: string | null = null,
): void => {
  const { id: deployId, service } = deploy
  const freezes = passedFreezes(writing, beginningOf(writing, deploy, writing.now), deploy)
  writing.deploys.setWarnings(deployId, [...freezes, ...warnings])
  for (const { hostId } of writing.targets.list(deployId)) writing.holds.take({ service, hostId, deployId })
  writing.deploys.setBegan(deployId, writing.now)
  moveDeploy(writing, deploy, 'planned', why)
}
