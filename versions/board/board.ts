import type { HostView } from '../../shared/api/hosts.ts'
import type { SyncState, VersionCell, VersionRow, VersionsTable } from '../../shared/api/versions.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import type { ServiceReport } from '../../shared/messages/version-report.ts'

/** What one host should run of one service, and where a deploy is with it right now. */
export interface Wanted {
  readonly service: string
  /** Absent while nothing was ever activated there. */
  readonly desired: string | null
  /** The config version that it should run with. */
  readonly desiredConfig?: number | null
  /** Where the deploy that is running has this host; absent when none is. */
  readonly installing: InstallState | undefined
  /** A release that the last deploy had brought there for good, and that was taken back since; absent when none was. */
  readonly takenBack?: { readonly version: string; readonly error: string | null } | undefined
}

export interface HostFacts {
  readonly host: HostView
  readonly reports: readonly ServiceReport[]
  readonly wanted: readonly Wanted[]
}

export interface BoardInput {
  readonly hosts: readonly HostFacts[]
  /** Human names of artifacts by their digests. */
  readonly versions: ReadonlyMap<string, string>
  readonly service: string | undefined
  readonly outOfSyncOnly: boolean
  readonly now: number
  readonly seq: number
}

/** The table of hosts and services: what really runs, beside what should. */
export const buildBoard = (input: BoardInput): VersionsTable => {
  const all = input.hosts.map((facts) => rowOf(facts, input))
  const rows = input.outOfSyncOnly ? all.filter(needsAttention) : all
  const cells = all.flatMap((row) => row.cells)
  return {
    at: input.now,
    services: [...new Set(rows.flatMap((row) => row.cells.map((cell) => cell.service)))].sort(),
    rows,
    summary: {
      hosts: all.filter((row) => row.host.state !== 'absent').length,
      silent: all.filter((row) => row.host.state === 'silent').length,
      outOfSync: cells.filter((cell) => cell.sync === 'out-of-sync').length,
    },
    seq: input.seq,
  }
}

const needsAttention = (row: VersionRow): boolean =>
  row.host.state === 'silent' || row.cells.some((cell) => cell.sync === 'out-of-sync')

const rowOf = (facts: HostFacts, input: BoardInput): VersionRow => {
  const names = new Set([...facts.reports, ...facts.wanted].map((entry) => entry.service))
  const services = [...names].filter((name) => input.service === undefined || name === input.service).sort()
  return { host: facts.host, cells: services.flatMap((service) => cellOf(facts, service, input)) }
}

const cellOf = (
  { host, reports, wanted }: HostFacts,
  service: string,
  { versions, now }: BoardInput,
): VersionCell[] => {
  const report = reports.find((entry) => entry.service === service)
  const want = wanted.find((entry) => entry.service === service)
  // Staged for the first time, and nothing there yet: not a cell of the table.
  if (!report?.current && !report?.running && (want?.desired ?? null) === null) return []
  const { sync, why } = judge(host, report, want, versions)
  const trouble = troubleOf(report, want, now)
  const shown = report?.running ?? report?.current
  const version = shown === undefined ? undefined : (versions.get(shown) ?? report?.version)
  const desiredVersion = want?.desired ? versions.get(want.desired) : undefined
  return [
    {
      service,
      sync,
      ...(why === undefined ? {} : { why }),
      ...(version === undefined ? {} : { version }),
      ...(report?.running === undefined ? {} : { running: report.running }),
      ...(report?.config === undefined ? {} : { config: report.config }),
      ...(desiredVersion === undefined ? {} : { desiredVersion }),
      ...((want?.desiredConfig ?? null) === null ? {} : { desiredConfig: want?.desiredConfig ?? undefined }),
      ...(report?.pid === undefined ? {} : { pid: report.pid }),
      ...(report?.since === undefined ? {} : { since: report.since }),
      health: report?.health ?? 'unknown',
      ...(trouble === undefined ? {} : { trouble }),
    },
  ]
}

/** A restart counts for this long, in ms: what has been steady since needs nobody's attention. */
const restartCountsFor = 3_600_000

const troubleOf = (
  report: ServiceReport | undefined,
  want: Wanted | undefined,
  now: number,
): string | undefined => {
  if (want?.takenBack)
    return `${want.takenBack.version} was taken back: ${want.takenBack.error ?? 'no reason given'}`
  const { restarts } = report ?? {}
  if (!restarts || now - restarts.at > restartCountsFor) return undefined
  const times = restarts.count === 1 ? 'once' : `${restarts.count} times`
  return `it was started again ${times}, the last time after ${restarts.end}`
}

const judge = (
  host: HostView,
  report: ServiceReport | undefined,
  want: Wanted | undefined,
  versions: ReadonlyMap<string, string>,
): { sync: SyncState; why?: string } => {
  if (host.state !== 'reporting') return judgeSilent(report, want, versions)
  if (want?.installing !== undefined) return { sync: 'installing', why: want.installing }
  if (!want || want.desired === null) return { sync: 'unmanaged' }
  const name = nameBy(versions)
  const should = `should run ${name(want.desired)}`
  if (report?.running === undefined) return { sync: 'out-of-sync', why: `${should}, but nothing runs` }
  if (report.running !== want.desired)
    return { sync: 'out-of-sync', why: `${should}, runs ${name(report.running)}` }
  if ((report.config ?? null) !== (want.desiredConfig ?? null))
    return {
      sync: 'out-of-sync',
      why: `${should} with ${configName(want.desiredConfig)}, runs it with ${configName(report.config)}`,
    }
  if (report.current !== report.running) {
    return { sync: 'out-of-sync', why: `runs ${name(report.running)}, but current points elsewhere` }
  }
  return { sync: 'in-sync' }
}

const judgeSilent = (
  report: ServiceReport | undefined,
  want: Wanted | undefined,
  versions: BoardInput['versions'],
): { sync: SyncState; why: string } => {
  const has = want?.desired === report?.running && (want?.desiredConfig ?? null) === (report?.config ?? null)
  if (!want || want.desired === null || has) return { sync: 'unknown', why: 'the host is silent' }
  return {
    sync: 'late',
    why: `the host is silent; it takes ${nameBy(versions)(want.desired)} when it is back`,
  }
}

const nameBy =
  (versions: BoardInput['versions']) =>
  (digest: string): string =>
    versions.get(digest) ?? digest.slice(0, 12)

const configName = (config: number | null | undefined): string =>
  config === null || config === undefined ? 'no settings' : `config ${config}`
