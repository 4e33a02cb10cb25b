import { grabberService } from '../shared/domain/names.ts'
import { lockFile, type HostPaths } from '../shared/host/layout.ts'
import { takeLock } from '../shared/host/lock.ts'
import type { Logger } from '../shared/log.ts'
import { artifactUrlCall } from '../shared/messages/artifact-url.ts'
import type { HostAnswer, Question } from '../shared/messages/ask.ts'
import { hostEventsCall } from '../shared/messages/host-events.ts'
import type { Health, ServiceReport } from '../shared/messages/version-report.ts'
import { decodePublicKey } from '../shared/signing/keys.ts'
import { Answers } from './answers.ts'
import { Assignments } from './assignments.ts'
import type { RunSettings } from './config.ts'
import { connectPatiently } from './connection.ts'
import { serviceHealth } from './health/service-health.ts'
import { readIdentity, type HostIdentity } from './identity.ts'
import { foresee } from './install/foresee.ts'
import type { Host } from './install/host.ts'
import { Installer } from './install/installer.ts'
import { Outbox } from './outbox.ts'
import { selfActivation } from './self-upgrade/activation.ts'
import { SelfUpgrade } from './self-upgrade/self-upgrade.ts'
import { prepareStateDirectory } from './state-directory.ts'
import { chooseSupervisor } from './supervisor/choose.ts'
import { Uplink, type Calls } from './uplink.ts'

const answerLimit = 10_000
/** How long the last events may take on their way when the grabber is stopped, in ms. */
const farewellLimit = 2000

/** What tells the tracker, again and again, what really runs here. */
export interface Reporter {
  reportNow(): void
  /** What really runs of one service, now. */
  look(service: string): Promise<Pick<ServiceReport, 'current' | 'version' | 'running'>>
  run(tracker: Calls, signal: AbortSignal): Promise<void>
}

export interface ReporterOptions {
  readonly host: string
  readonly paths: HostPaths
  readonly intervalMs: number
  readonly health: (service: string) => Promise<Health>
  readonly log: Logger
  /** To be called whenever the tracker has acknowledged a report. */
  readonly acknowledged: () => void
}

/** Runs until `stop` is aborted, or a new grabber takes its place. `onReady` is called once the grabber hears orders. Services live on when it ends. */
export const runDaemon = async (
  settings: RunSettings,
  createReporter: (options: ReporterOptions) => Reporter,
  log: Logger,
  onReady: (identity: HostIdentity) => void,
  stop: AbortSignal,
): Promise<void> => {
  const identity = await readIdentity(settings.state)
  const paths = { root: identity.root, state: settings.state }
  await prepareStateDirectory(paths)
  await using _lock = await takeLock(lockFile(settings.state), {
    program: 'grabber',
    directory: settings.state,
    hint: 'Stop it first, or give this one a state directory of its own with --state.',
  })
  const self = await SelfUpgrade.begin(paths, log)
  const signal = AbortSignal.any([stop, self.leaving])

  const bus = connectPatiently(
    { url: identity.natsUrl, seed: identity.seed, id: identity.id, log, onReconnect: () => catchUp() },
    signal,
  )
  const tracker = new Uplink(bus)
  const supervisor = await chooseSupervisor({ paths, allowRoot: identity.allowRoot, log })
  const host = { host: identity.id }
  const outbox = new Outbox(async (events) => {
    await tracker.call(hostEventsCall, host, { v: 1, events }, answerLimit)
  }, log)
  const reporter = createReporter({
    host: identity.id,
    paths,
    intervalMs: settings.reportInterval,
    health: (service) => serviceHealth(paths, supervisor, service, signal),
    log,
    acknowledged: () => void self.reportedIn(),
  })
  const activation = selfActivation(self)
  const installing: Host = {
    id: identity.id,
    paths,
    orderKey: decodePublicKey(identity.orderKey),
    supervisor,
    log,
    artifactUrl: async (digest) =>
      (await tracker.call(artifactUrlCall, host, { v: 1, digest }, answerLimit)).url,
    emit: (event) => outbox.add(event),
    delivered: (waiting) => outbox.delivered(waiting),
    lookNow: () => assignments.lookNow(),
    changed: () => reporter.reportNow(),
    activationOf: (service) => (service === grabberService ? activation : undefined),
    turn: (service, job) => self.turn(service, job, signal),
  }
  const installer = new Installer(installing, signal)
  const answers = new Answers(identity.id, answeredBy(installing, reporter), log)
  const assignments = new Assignments(identity, (signed) => installer.accept(signed), log)
  const catchUp = (): void => {
    tracker.reconnected()
    outbox.retry()
    assignments.lookNow()
    reporter.reportNow()
  }

  const recovered = self
    .trusted(signal)
    .then(() => Promise.all([installer.recover(), supervisor.keepWatch(signal)]))
  let following: Promise<unknown> = Promise.resolve()
  try {
    await using connection = await bus
    const reporting = reporter.run(tracker, signal)
    following = reporting
    await self.trusted(signal)
    assignments.subscribe(connection, catchUp, signal)
    answers.subscribe(connection, tracker)
    await connection.flush()
    onReady(identity)
    following = Promise.all([assignments.run(tracker, signal), reporting])
    const delivering = new AbortController()
    const outgoing = outbox.run(delivering.signal)
    await aborted(signal)
    await installer.settled()
    await outbox.delivered(AbortSignal.timeout(farewellLimit))
    delivering.abort()
    following = Promise.all([following, outgoing])
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await Promise.all([recovered, following])
  }
}

/** What runs here, and what would come of the release that was asked about. */
const answeredBy =
  (host: Host, reporter: Reporter) =>
  async ({ service, release }: Question): Promise<Omit<HostAnswer, 'v' | 'id'>> => {
    const { current, version, running } = await reporter.look(service)
    return { current, version, running, ...(await foresee(host, service, release)) }
  }

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
