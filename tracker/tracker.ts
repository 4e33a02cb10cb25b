import { createPublicKey, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AddressInfo } from 'node:net'
import { NatsBus } from '../shared/adapters/nats-bus.ts'
import { openStore } from '../shared/adapters/open-store.ts'
import { errnoOf, messageOf, PersonError } from '../shared/errors.ts'
import { backoff } from '../shared/host/doorbell.ts'
import { takeLock } from '../shared/host/lock.ts'
import type { Logger } from '../shared/log.ts'
import { Parts } from '../shared/parts.ts'
import { encodePublicKey } from '../shared/signing/keys.ts'
import { BuildDesk } from './builds/build-desk.ts'
import { ForgetLogs } from './builds/forget-logs.ts'
import { Packers } from './builds/packers.ts'
import { Sources } from './builds/sources.ts'
import type { TrackerConfig } from './config.ts'
import type { TrackerContext } from './context.ts'
import { Store } from './db/store.ts'
import { DeployEngine } from './deploy/engine.ts'
import { StandingRules } from './deploy/request/standing-rules.ts'
import { askPackers } from './doctor/ask-packers.ts'
import { examine, type Patient } from './doctor/doctor.ts'
import { EnrolmentDesk } from './fleet/enrolment-desk.ts'
import { OrderDesk } from './fleet/order-desk.ts'
import { Presence } from './fleet/presence.ts'
import { QuestionDesk } from './fleet/question-desk.ts'
import { Hooks } from './hooks/hooks.ts'
import { Statuses } from './hooks/statuses/statuses.ts'
import { Links } from './links/links.ts'
import { Feed } from './http/feed.ts'
import { KeyedCalls } from './keyed-calls.ts'
import { buildHttp } from './http/server.ts'
import { loadKeys, type TrackerKeys } from './keys.ts'
import { ordersUser, renderUsers, rpcUser } from './nats-server/config-file.ts'
import { externalServer, type Messaging } from './nats-server/external.ts'
import { NatsServer } from './nats-server/server.ts'
import { Notifications } from './notify/notifications.ts'
import { answerPackers } from './rpc/packers.ts'
import { answerHosts } from './rpc/hosts.ts'
import { Settings } from './settings/settings.ts'
import { hashToken, newToken } from './tokens.ts'
import { ownStoreIfThere } from './upkeep/owner.ts'
import { Removals } from './upkeep/removals.ts'
import { Upkeep } from './upkeep/upkeep.ts'

const connectWithinMs = 6000
/** Of one try: a server that was busy for a moment answers the next one at once. */
const connectTryMs = 2000
const firstPauseMs = 100
const longestPauseMs = 500

export interface RunningTracker extends AsyncDisposable {
  readonly url: string
  /** On the very first start only: it is not kept anywhere. */
  readonly adminToken: string | undefined
}

/** Starts all parts of a tracker, each on those before it; disposing stops them in the opposite order. */
export const startTracker = async (config: TrackerConfig, log: Logger): Promise<RunningTracker> => {
  await using parts = new Parts()
  parts.use(
    await takeLock(join(config.dataDir, 'tracker.lock'), {
      program: 'tracker',
      directory: config.dataDir,
      hint: 'Stop it first, or give another --data.',
    }),
  )
  const keys = loadKeys(config.dataDir)
  const store = parts.use(await Store.open(join(config.dataDir, 'tracker.db')))

  const users = (): string => usersOf(store, keys)
  const nats = parts.use(await startMessaging(config, users(), log))
  const orders = parts.use(await connect(nats.url, ordersUser, keys.orders.seed, log))
  const rpc = parts.use(await connect(nats.url, rpcUser, keys.rpc.seed, log))

  const address: { url?: string } = {}
  const publicUrl = (): string => config.publicUrl ?? address.url ?? ''
  const artifacts = await openStore(config.storeLocation, {
    secret: keys.storeSecret,
    get publicUrl() {
      return publicUrl()
    },
  })
  await ownStoreIfThere(config.storeLocation, artifacts, store.read.identity.get(), log)
  const presence = parts.use(new Presence(store, config.silentAfterMs, log))
  const settings = new Settings(store, keys.settings)
  const desk = new OrderDesk({ store, bus: orders, key: keys.order, settings, log })
  const removals = new Removals(artifacts, store.read.artifacts)
  const packers = new Packers()
  const sources = new Sources({ store, bus: orders, packers })
  const builds = parts.use(new BuildDesk({ store, bus: orders, packers, artifacts: removals, log }))
  const upkeep = parts.use(new Upkeep({ store, artifacts, removals, log }))
  const forgetLogs = parts.use(new ForgetLogs(store, log))
  const engine = parts.use(new DeployEngine(store, desk, presence, log))
  const standingRules = parts.use(new StandingRules({ store, presence, log }))
  const notifications = parts.use(new Notifications({ store, key: keys.notifiers, publicUrl, log }))
  const statuses = parts.use(new Statuses({ store, key: keys.hooks, publicUrl, log }))
  const hooks = parts.use(
    new Hooks({ store, sources, presence, key: keys.hooks, publicUrl, statuses, log, now: Date.now }),
  )
  const links = parts.use(new Links({ store, sources, log }))
  const natsUrl = (): string => advertised(nats.url, publicUrl())
  const enrolments = new EnrolmentDesk({
    orderKey: encodePublicKey(createPublicKey(keys.order)),
    natsUrl,
    storeLocation: config.storeLocation,
    admit: () => nats.reload(users()),
  })
  const keyedCalls = new KeyedCalls(store)
  const patient: Patient = {
    dataDir: config.dataDir,
    store,
    artifacts,
    storeLocation: config.storeLocation,
    natsUrl,
    publicUrl,
    orders,
    rpc,
    presence,
  }
  const context: TrackerContext = {
    store,
    artifacts,
    builds,
    sources,
    enrolments,
    presence,
    questions: new QuestionDesk(orders),
    keyedCalls,
    notifications,
    hooks,
    standingRules,
    settings,
    upkeep,
    examine: () => examine(patient),
    askPackers: (count) => askPackers(orders, count),
    log,
    now: Date.now,
  }

  answerHosts(rpc, context, desk, engine)
  answerPackers(rpc, store, builds, log)
  const http = await buildHttp(context)
  parts.defer(async () => {
    await http.close()
  })
  parts.use(new Feed(http, context))
  address.url = await listen(http, config)
  await rpc.flush()
  desk.announceRestart()
  engine.wakeAll()
  standingRules.apply()
  notifications.look()
  hooks.look()
  statuses.look()
  void links.run()
  void forgetLogs.look()
  // Last: a start that fails must not have made a token that nobody has seen.
  const adminToken = await firstAdminToken(store)

  const running = parts.move()
  return { url: publicUrl(), adminToken, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

const startMessaging = async (config: TrackerConfig, users: string, log: Logger): Promise<Messaging> =>
  config.natsUrl === undefined
    ? NatsServer.start(config.dataDir, config.natsListen, users, log)
    : externalServer(config.dataDir, config.natsUrl, users)

/** A server that is just reading its users anew may know nobody for a moment: it is asked again. */
const connect = async (url: string, id: string, seed: string, log: Logger): Promise<NatsBus> => {
  const until = Date.now() + connectWithinMs
  for (let failures = 1; ; failures++) {
    try {
      return await NatsBus.connect({ url, id, seed, log, connectTimeoutMs: connectTryMs })
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(backoff(failures, firstPauseMs, longestPauseMs))
    }
  }
}

const usersOf = (store: Store, keys: TrackerKeys): string =>
  renderUsers({ orders: keys.orders.publicKey, rpc: keys.rpc.publicKey }, store.read.agents.list())

const firstAdminToken = async (store: Store): Promise<string | undefined> => {
  if (store.read.tokens.hasAdmin()) return undefined
  const token = newToken()
  await store.write((writing) => {
    const { now } = writing
    writing.tokens.insert({ hash: hashToken(token), name: 'admin', kind: 'admin', now, expiresAt: null })
    writing.audit.append({
      at: now,
      who: 'tracker',
      action: 'token.create',
      subject: 'token admin',
      address: 'its own start',
      requestId: randomUUID(),
    })
  })
  return token
}

/** A server that listens on every address of the machine is reached by the name that the tracker is reached by. */
const advertised = (natsUrl: string, publicUrl: string): string => {
  const { hostname, port } = new URL(natsUrl)
  return hostname === '0.0.0.0' || hostname === '[::]'
    ? `nats://${new URL(publicUrl).hostname}:${port}`
    : natsUrl
}

const listen = async (
  http: Awaited<ReturnType<typeof buildHttp>>,
  config: TrackerConfig,
): Promise<string> => {
  const { host, port } = config
  try {
    await http.listen({ host, port })
  } catch (error) {
    if (errnoOf(error) !== 'EADDRINUSE') throw error
    throw new PersonError(
      'unavailable',
      `The tracker cannot listen on ${host}:${port}: the port is in use.`,
      {
        hint: 'Stop what listens there, or give another address with --listen.',
        cause: messageOf(error),
      },
    )
  }
  const bound = http.server.address() as AddressInfo
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`
}
