import { getVersions } from '../../shared/api/versions.ts'
import type { Demo } from './tour.ts'

export interface Report {
  readonly deploys: { service: string; version: string; hosts: number; outcome: string; seconds: number }[]
  readonly versions: Record<string, Record<string, string>>
}

/** What happened and what runs now. Throws if that is not what the tour should have left. */
export const reportOf = async ({ constellation, deploys }: Demo): Promise<Report> => {
  const table = await constellation.tracker.call(getVersions, {})
  const versions = Object.fromEntries(
    table.rows.map(({ host, cells }) => [
      host.name,
      Object.fromEntries(cells.map(({ service, version }) => [service, version ?? 'none'])),
    ]),
  )
  for (const [host, running] of Object.entries(versions)) {
    if (running['hello-node'] !== expected(host) || running['hello-python'] !== 'v1') {
      throw new Error(
        `${host} runs ${JSON.stringify(running)}, not hello-node ${expected(host)} and hello-python v1`,
      )
    }
  }
  if (table.summary.outOfSync > 0 || table.summary.silent > 0) {
    throw new Error(`${table.summary.outOfSync} out of sync and ${table.summary.silent} silent at the end`)
  }
  return {
    deploys: deploys.map(({ service, version, total, state, createdAt, endedAt }) => ({
      service,
      version,
      hosts: total,
      outcome: state,
      seconds: ((endedAt ?? createdAt) - createdAt) / 1000,
    })),
    versions,
  }
}

const expected = (host: string): string => {
  if (host.endsWith('.prod')) return 'v3'
  return /^web-[12]\./.test(host) ? 'v2' : 'v1'
}
