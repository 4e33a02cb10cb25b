import { randomUUID } from 'node:crypto'
import { PersonError } from '../../shared/errors.ts'
import type { Resolved } from '../../shared/messages/sources.ts'
import { cancel } from '../builds/cancel.ts'
import { ensureBuild } from '../builds/ensure-build.ts'
import type { Delivery } from '../db/deliveries.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Hook } from '../db/hooks.ts'
import type { Writing } from '../db/store.ts'
import { controlDeploy } from '../deploy/request/controls.ts'
import { goodsOfCommit } from '../deploy/request/goods.ts'
import { insertDeploy, planHosts, type Author } from '../deploy/request/insert.ts'
import { selectSomeHosts } from '../deploy/request/select-hosts.ts'
import type { HooksContext } from './context.ts'
import { nameOf, type Push } from './push.ts'

/** What is to be started. */
interface Start {
  readonly hook: Hook
  readonly delivery: Delivery
  readonly push: Push
  readonly resolved: Resolved
  /** Why it is not deployed, though the hook deploys. */
  readonly keptBack: string | undefined
  /** What else is to be said. */
  readonly remark: string | undefined
}

/** Asks for the build, and for the deploy where there is to be one: with the delivery's end and its rows of the audit trail in one write. */
export const start = (context: HooksContext, writing: Writing, asked: Start): void => {
  const { hook, delivery, resolved, keptBack, remark } = asked
  // Removed, or done, meanwhile.
  if (writing.deliveries.get(delivery.id)?.state !== 'waiting') return
  const deployed = hook.deploy === null || keptBack !== undefined ? {} : deploy(context, writing, asked)
  const buildId = build(writing, hook, resolved)
  const whys = [remark, keptBack, deployed.why].filter((why) => why !== undefined)
  writing.deliveries.end(delivery.id, {
    state: 'started',
    why: whys.length === 0 ? undefined : whys.join(' '),
    version: resolved.version,
    commit: resolved.commit,
    buildId,
    deployId: deployed.id,
  })
  if (hook.statusesTo !== null) tellForge(writing, hook, resolved.commit, buildId, deployed.id)
}

/** By statuses of their own: a build may be there, and a deploy of it fail. */
const tellForge = (
  writing: Writing,
  { id: hookId, service, deploy: selection }: Hook,
  commit: string,
  buildId: number,
  deployId: number | undefined,
): void => {
  const common = { hookId, commit, createdAt: writing.now }
  writing.commitStatuses.put({ ...common, context: `apptracker/${service}`, buildId, deployId: null })
  if (deployId === undefined) return
  const where = selection?.clusters.join('+') || 'all'
  writing.commitStatuses.put({
    ...common,
    context: `apptracker/${service}/${where}`,
    buildId: null,
    deployId,
  })
}

/** The build of the commit: one that begins, or that was there already. */
const build = (writing: Writing, hook: Hook, resolved: Resolved): number => {
  const answer = ensureBuild(writing, {
    service: hook.service,
    resolved,
    cause: 'hook',
    askedBy: authorName(hook),
  })
  const found = 'build' in answer ? answer.build : writing.builds.ofArtifact(answer.artifact.digest)
  if (!found) throw new Error(`${hook.service} ${resolved.version} has an artifact without a build`)
  record(writing, hook, 'build.start', `build ${found.id}`)
  return found.id
}

/** What keeps it from being deployed does not keep it from being built. */
const deploy = (
  context: HooksContext,
  writing: Writing,
  { hook, delivery, push, resolved }: Start,
): { readonly id?: number; readonly why?: string } => {
  try {
    const { service } = hook
    const selection = hook.deploy ?? { clusters: [], labels: [] }
    const hosts = selectSomeHosts(writing.agents.hosts(), selection)
    const author = authorOf(hook, push, resolved)
    replaceOlder(context, writing, hook, delivery, author)
    const goods = goodsOfCommit(resolved)
    const id = insertDeploy(context, goods, {
      service,
      selection,
      hosts: planHosts(context, service, hosts),
      artifactOf: () => goods,
      ...author,
    })(writing)
    record(writing, hook, 'deploy.create', `deploy ${id}`, author.reason)
    return { id }
  } catch (error) {
    if (error instanceof PersonError) return { why: `Not deployed: ${error.message}` }
    throw error
  }
}

const authorOf = (
  hook: Hook,
  { ref, by }: Push,
  { subject, commit }: Resolved,
): Author & { reason: string } => ({
  createdBy: authorName(hook),
  reason: `${nameOf(ref)} is at ${commit.slice(0, 10)}${by === undefined ? '' : ` by ${by}`}: ${subject}`,
  force: false,
  queue: true,
  ignoreFreeze: false,
})

/** Those of the same branch that have touched no host yet: nobody waits for them any more. */
const replaceOlder = (
  { store }: HooksContext,
  writing: Writing,
  hook: Hook,
  { ref }: Delivery,
  author: Author,
): void => {
  for (const { ref: other, deployId } of writing.deliveries.started(hook.id)) {
    const older = other === ref && deployId !== null ? writing.deploys.get(deployId) : undefined
    if (!older || !untouched.has(older.state)) continue
    controlDeploy(store, older.id, 'cancel', { ...author, reason: 'a newer push came' })(writing)
    record(writing, hook, 'deploy.cancel', `deploy ${older.id}`, 'a newer push came')
    dropBuild(writing, hook, older)
  }
}

/** Unless it has begun, or somebody else waits for it. */
const dropBuild = (writing: Writing, hook: Hook, { buildId }: Deploy): void => {
  const build = buildId === null ? undefined : writing.builds.get(buildId)
  if (build?.state !== 'queued' || build.askedBy !== authorName(hook)) return
  if (writing.deploys.awaiting(build.id).length > 0) return
  cancel(writing, build.id, authorName(hook), 'a newer push came')
  record(writing, hook, 'build.cancel', `build ${build.id}`, 'a newer push came')
}

const untouched: ReadonlySet<string> = new Set(['queued', 'planned', 'building'])

const authorName = ({ name }: Hook): string => `hook ${name}`

const record = (writing: Writing, hook: Hook, action: string, subject: string, reason?: string): void =>
  writing.audit.append({
    at: writing.now,
    who: authorName(hook),
    action,
    subject,
    service: hook.service,
    ...(reason === undefined ? {} : { reason }),
    address: 'the tracker itself',
    requestId: randomUUID(),
  })
