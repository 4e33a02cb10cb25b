import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { parseStoreLocation, type ArtifactStore } from '../../shared/artifact-store.ts'
import type { Check } from '../../shared/domain/check.ts'
import type { Store } from '../db/store.ts'
import type { Presence } from '../fleet/presence.ts'
import { askPackers } from './ask-packers.ts'
import { examineDownload, examineStore, examineStoreRoom } from './artifacts.ts'
import { examineDatabase, examineRights } from './data-directory.ts'
import { carryOutAll, type Examination } from '../../shared/doctor/examination.ts'
import { examineHooks } from './hooks.ts'
import { examineNotifiers } from './notifiers.ts'
import { examineClocks, examineGrabbers, examineReporting, type HostCondition } from './hosts.ts'
import { examineNats, examineNatsAddress } from './messaging.ts'
import { examineBuildRoom, examinePackers, examineTools, examineUpload, type Packers } from './packers.ts'
import { examineRoom } from '../../shared/doctor/room.ts'
import { examineUpkeep } from './upkeep.ts'

/** All that a doctor looks at. */
export interface Patient {
  readonly dataDir: string
  readonly store: Store
  readonly artifacts: ArtifactStore
  readonly storeLocation: string
  /** As hosts learn it. */
  readonly natsUrl: () => string
  readonly publicUrl: () => string
  /** The tracker's two connections; by `orders` it speaks to packers. */
  readonly orders: NatsBus
  readonly rpc: NatsBus
  readonly presence: Presence
}

const limitMs = 8000

export const examine = (patient: Patient): Promise<Check[]> => carryOutAll(examinationsOf(patient), limitMs)

const examinationsOf = (patient: Patient): Examination[] => {
  const { dataDir, store, artifacts, storeLocation, natsUrl, publicUrl, orders, rpc } = patient
  const packers = packersOf(patient)
  const newest = store.read.artifacts.newest()
  const location = parseStoreLocation(storeLocation)
  const hosts = conditionsOf(patient)
  return [
    { part: 'tracker', name: 'database', look: () => examineDatabase(store) },
    { part: 'tracker', name: 'disk', look: () => examineRoom(dataDir) },
    { part: 'tracker', name: 'rights', look: () => examineRights(dataDir) },
    { part: 'tracker', name: 'notifiers', look: () => examineNotifiers(store.read.notifiers.list()) },
    { part: 'tracker', name: 'hooks', look: () => examineHooks(store.read.hooks.list()) },
    { part: 'nats', name: 'answer', look: () => examineNats(natsUrl(), [orders, rpc]) },
    { part: 'nats', name: 'address', look: () => examineNatsAddress(natsUrl(), publicUrl()) },
    { part: 'artifacts', name: 'store', look: () => examineStore(artifacts, newest, storeLocation) },
    { part: 'artifacts', name: 'download', look: () => examineDownload(artifacts, newest) },
    { part: 'artifacts', name: 'upload', look: async () => examineUpload(await packers) },
    ...(location.kind === 'directory'
      ? [{ part: 'artifacts' as const, name: 'disk', look: () => examineStoreRoom(location.path, newest) }]
      : []),
    { part: 'artifacts', name: 'upkeep', look: () => examineUpkeep(store.read.upkeep.get()) },
    { part: 'packers', name: 'answer', look: async () => examinePackers(await packers) },
    { part: 'packers', name: 'tools', look: async () => examineTools(await packers) },
    { part: 'packers', name: 'disk', look: async () => examineBuildRoom(await packers) },
    { part: 'hosts', name: 'reports', look: () => examineReporting(hosts) },
    { part: 'hosts', name: 'clocks', look: () => examineClocks(hosts) },
    { part: 'hosts', name: 'grabbers', look: () => examineGrabbers(hosts) },
  ]
}

const conditionsOf = ({ store, presence }: Patient): HostCondition[] =>
  store.read.agents.hosts().map(({ id, name, grabber }) => ({
    name,
    grabber,
    state: presence.stateOf(id),
    clockAhead: presence.clockAhead(id),
  }))

const packersOf = async ({ store, orders }: Patient): Promise<Packers> => {
  const enrolled = store.read.agents.list().filter(({ kind }) => kind === 'packer')
  const answers = await askPackers(orders, enrolled.length)
  const nameOf = (id: string): string => enrolled.find((agent) => agent.id === id)?.name ?? id
  return { enrolled, answers: answers.map((answer) => ({ ...answer, name: nameOf(answer.packer) })) }
}
