import { setTimeout as sleep } from 'node:timers/promises'
import { getDeploy, type DeployDetail } from '../../../shared/api/deploys.ts'
import type { FeedFrame } from '../../../shared/api/events.ts'
import { deployTransitions, type DeployState } from '../../../shared/domain/deploy-state.ts'
import type { Event } from '../../../shared/domain/event.ts'
import { isEnd } from '../../../shared/domain/transitions.ts'
import { PersonError } from '../../../shared/errors.ts'
import { call, type Session } from '../session.ts'
import { followFeed } from './feed.ts'
import { eventsAfter } from './history.ts'
import type { Presenter } from './presenter.ts'
import { applyEvent, refreshProgress, type Progress } from './progress.ts'

const retryAfterMs = 500
const requestTimeoutMs = 15_000

/**
 * Keeps a progress up to date from the live feed. The feed says that something happened; how the deploy stands and whether
 * it is over is always read from the deploy itself, so a lost or repeated event can do no harm.
 */
export class DeployWatch {
  readonly #session: Session
  readonly #progress: Progress
  readonly #presenter: Presenter
  readonly #over = new AbortController()
  /** Up to which seq the deploy's and the build's events were shown. */
  #deploySeq: number
  #buildSeq = 0
  #hadBuild = false
  #isBuilding = false
  readonly #held: Event[] = []
  #buildFeed: Promise<void> | undefined
  #refreshing: Promise<void> | undefined
  #isRefreshDue = false
  #failure: Error | undefined

  constructor(session: Session, progress: Progress, presenter: Presenter, since: number) {
    this.#session = session
    this.#progress = progress
    this.#presenter = presenter
    this.#deploySeq = since
  }

  /** Resolves with the deploy's end, or with nothing when `leave` aborts first. Throws what keeps it from watching at all. */
  async run(leave: AbortSignal): Promise<DeployState | undefined> {
    leave.addEventListener('abort', () => this.#over.abort())
    if (leave.aborted) this.#over.abort()
    this.#take(this.#progress.deploy)
    await this.#followDeploy().catch((error: unknown) => this.#fail(error))
    await Promise.all([this.#buildFeed, this.#refreshing])
    if (this.#failure) throw this.#failure
    if (leave.aborted && !this.#isOver()) return undefined
    await this.#showRest(leave)
    return this.#progress.deploy.state
  }

  #isOver(): boolean {
    return isEnd(deployTransitions, this.#progress.deploy.state)
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error))
    this.#over.abort()
  }

  #followDeploy(): Promise<void> {
    return followFeed({
      target: this.#session.target,
      filter: { deploy: this.#progress.deploy.id },
      since: this.#deploySeq,
      signal: this.#over.signal,
      onFrame: (frame) => this.#onDeployFrame(frame),
      onAway: () => this.#setAway(Date.now()),
      onBack: () => {
        this.#setAway(undefined)
        this.#refresh()
      },
    })
  }

  #onDeployFrame({ events, latest }: FeedFrame): void {
    this.#deploySeq = Math.max(this.#deploySeq, latest)
    // A build may be shared with other deploys: its events come by its own feed, once.
    this.#held.push(...events.filter((event) => !isOfBuild(event)))
    if (events.some(({ kind }) => kind === 'deploy.state')) this.#refresh()
    this.#release()
  }

  #onBuildFrame({ events, latest }: FeedFrame): void {
    this.#buildSeq = Math.max(this.#buildSeq, latest)
    this.#show(events.filter(isOfBuild))
    if (events.some(isEndOfBuild)) this.#isBuilding = false
    this.#release()
  }

  /** What hosts do is shown after the whole build log, though the build's own feed may be a moment behind. */
  #release(): void {
    if (!this.#isBuilding) this.#show(this.#held.splice(0))
  }

  #setAway(since: number | undefined): void {
    this.#progress.awaySince = since
    this.#presenter.connection(since !== undefined)
  }

  #show(events: readonly Event[]): void {
    for (const event of events) {
      applyEvent(this.#progress, event)
      if (isStartOfBuild(event)) this.#hadBuild = true
    }
    if (events.length > 0) this.#presenter.show(events)
  }

  /** Reads the deploy again; asked for while that is under way, it is read once more. */
  #refresh(): void {
    this.#isRefreshDue = true
    this.#refreshing ??= this.#refreshWhileDue()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => (this.#refreshing = undefined))
  }

  async #refreshWhileDue(): Promise<void> {
    while (this.#isRefreshDue && !this.#over.signal.aborted) {
      this.#isRefreshDue = false
      const deploy = await this.#readDeploy()
      if (deploy) this.#take(deploy)
    }
  }

  async #readDeploy(): Promise<DeployDetail | undefined> {
    const { signal } = this.#over
    while (!signal.aborted) {
      try {
        const params = { id: this.#progress.deploy.id }
        return await call(this.#session, getDeploy, { params }, requestTimeoutMs, signal)
      } catch (error) {
        if (!(error instanceof PersonError) || error.code !== 'unavailable') throw error
        await sleep(retryAfterMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined)
      }
    }
    return undefined
  }

  #take(deploy: DeployDetail): void {
    refreshProgress(this.#progress, deploy)
    if (deploy.state === 'building') this.#followBuild(deploy.buildId)
    this.#presenter.show([])
    if (this.#isOver()) this.#over.abort()
  }

  #followBuild(buildId: number | undefined): void {
    this.#hadBuild = true
    if (buildId === undefined) return
    if (this.#buildFeed) return
    this.#isBuilding = true
    this.#buildFeed = followFeed({
      target: this.#session.target,
      filter: { build: buildId },
      since: 0,
      signal: this.#over.signal,
      onFrame: (frame) => this.#onBuildFrame(frame),
      // The deploy's own feed says when the tracker is away.
      onAway: () => undefined,
      onBack: () => undefined,
    }).catch((error: unknown) => this.#fail(error))
  }

  /** The deploy is over, but the feeds may not have brought its last events: they are asked for. */
  async #showRest(signal: AbortSignal): Promise<void> {
    const { id, buildId } = this.#progress.deploy
    const ofDeploy = await eventsAfter(this.#session, { deploy: id }, this.#deploySeq, signal)
    const hadBuild = this.#hadBuild || ofDeploy.some(isStartOfBuild)
    const ofBuild =
      hadBuild && buildId !== undefined
        ? await eventsAfter(this.#session, { build: buildId }, this.#buildSeq, signal)
        : []
    const rest = [
      ...this.#held,
      ...ofDeploy.filter((event) => !isOfBuild(event)),
      ...ofBuild.filter(isOfBuild),
    ]
    this.#show(rest.sort((a, b) => a.seq - b.seq))
  }
}

const isOfBuild = ({ kind }: Event): boolean => kind.startsWith('build.')

const isEndOfBuild = (event: Event): boolean =>
  event.kind === 'build.state' && (event.data.state === 'built' || event.data.state === 'failed')

const isStartOfBuild = (event: Event): boolean =>
  event.kind === 'deploy.state' && event.data.state === 'building'
