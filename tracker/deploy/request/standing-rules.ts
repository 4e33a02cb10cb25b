import { randomUUID } from 'node:crypto'
import type { Event } from '../../../shared/domain/event.ts'
import { deployTransitions } from '../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../shared/domain/transitions.ts'
import { messageOf } from '../../../shared/errors.ts'
import type { Logger } from '../../../shared/log.ts'
import { some } from '../../../shared/wording.ts'
import type { HostRow } from '../../db/agents.ts'
import type { Edition } from '../../db/edition.ts'
import type { Service } from '../../db/services.ts'
import type { Store, Tables, Writing } from '../../db/store.ts'
import type { Presence } from '../../fleet/presence.ts'
import { goodsOfDigest, withoutTrial } from './goods.ts'
import { insertDeploy, planHosts } from './insert.ts'
import { selectHosts } from './select-hosts.ts'

/** Hosts that join together get the service in one deploy. */
const gatherMs = 1000
const ruler = 'standing rule'

interface Context {
  readonly store: Store
  readonly presence: Presence
  readonly log: Logger
}

/** A host that joined, or a deploy that has ended: there may be something to install, or a version to install it in. */
const concerns = (event: Event): boolean =>
  (event.kind === 'host.state' && event.data.state === 'reporting') ||
  (event.kind === 'deploy.state' && isEnd(deployTransitions, event.data.state))

/**
 * Gives hosts that join the services whose standing rules select them, by deploys like any others: in the history, under
 * locks, watched, undone by a rollback. A host that was given a service once, well or not, is left to people.
 */
export class StandingRules implements Disposable {
  readonly #context: Context
  #timer: NodeJS.Timeout | undefined
  #disposed = false

  constructor(context: Context) {
    this.#context = context
    context.store.onEvents((events) => {
      if (events.some(concerns)) this.apply()
    })
  }

  /** Looks, in a moment, whether a host lacks what a rule wants it to have. */
  apply(): void {
    if (this.#disposed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#applyAll()
    }, gatherMs)
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    clearTimeout(this.#timer)
  }

  async #applyAll(): Promise<void> {
    const { store, log } = this.#context
    for (const service of store.read.services.list()) {
      if (service.rules.length === 0) continue
      await applyRules(this.#context, service).catch((error: unknown) =>
        log.warn({ err: error, service: service.name }, `standing rules not applied: ${messageOf(error)}`),
      )
    }
  }
}

/** Deploys a service to the hosts that its rules select and that were never given it; returns the deploy's id, if there is one. */
export const applyRules = (
  { store, presence }: Omit<Context, 'log'>,
  service: Service,
): Promise<number | undefined> =>
  store.write((writing) => {
    const { name } = service
    const wanted = selected(writing, service)
    // What is wanted there is about to change: the end of that deploy brings us here again.
    if (wanted.some(({ id }) => writing.holds.of(id, name) !== undefined)) return undefined
    const edition = mostWanted(writing, name, wanted)
    const waiting = awaited(writing, name)
    const hosts = wanted.filter(
      ({ id }) =>
        !writing.assignments.get(id, name) && !waiting.has(id) && presence.stateOf(id) === 'reporting',
    )
    if (edition === undefined || hosts.length === 0) return undefined
    const goods = withoutTrial(goodsOfDigest(store, name, edition.digest))
    const id = insertDeploy({ presence }, goods, {
      service: name,
      selection: { clusters: [], labels: [] },
      hosts: planHosts({ store, presence }, name, hosts),
      artifactOf: () => goods,
      configOf: () => edition.config,
      createdBy: ruler,
      reason: `${some(hosts.map((host) => host.name))} joined`,
      force: false,
      queue: true,
      ignoreFreeze: false,
    })(writing)
    recordRule(writing, id, name)
    return id
  })

const selected = ({ agents }: Tables, { rules }: Service): HostRow[] => {
  const hosts = agents.hosts()
  const ids = new Set(rules.flatMap((rule) => selectHosts(hosts, rule)).map(({ id }) => id))
  return hosts.filter(({ id }) => ids.has(id))
}

/** What most of them are to run by now. */
const mostWanted = (
  { assignments }: Tables,
  service: string,
  hosts: readonly HostRow[],
): Edition | undefined => {
  const counts = new Map<string, { edition: Edition; hosts: number }>()
  for (const { id } of hosts) {
    const { desired = null, desiredConfig: config = null } = assignments.get(id, service) ?? {}
    if (desired === null) continue
    const key = `${desired} ${config ?? ''}`
    counts.set(key, { edition: { digest: desired, config }, hosts: (counts.get(key)?.hosts ?? 0) + 1 })
  }
  return [...counts.values()].sort((a, b) => b.hosts - a.hosts)[0]?.edition
}

/** Hosts that a deploy waits for already. */
const awaited = ({ deploys, targets }: Tables, service: string): ReadonlySet<string> =>
  new Set(
    deploys
      .running()
      .filter((deploy) => deploy.service === service && deploy.state === 'queued')
      .flatMap(({ id }) => targets.list(id).map(({ hostId }) => hostId)),
  )

const recordRule = (writing: Writing, deployId: number, service: string): void =>
  writing.audit.append({
    at: writing.now,
    who: ruler,
    action: 'deploy.create',
    subject: `deploy ${deployId}`,
    service,
    address: 'the tracker itself',
    requestId: randomUUID(),
  })
