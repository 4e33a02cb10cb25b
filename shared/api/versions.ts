import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { Digest, ServiceName, Version } from '../domain/names.ts'
import { ConfigVersion } from '../domain/settings.ts'
import { Health } from '../messages/version-report.ts'
import { Moment } from './common.ts'
import { HostQuery, HostView } from './hosts.ts'
import { defineRoute } from './route.ts'

/**
 * `in-sync`: the process that runs was started from the release that this host should have. `unknown`: the host is
 * silent, so what was last heard is not believed. `late`: so it is, and it takes another version when it is back. `unmanaged`: no deploy ever asked for it here.
 */
export const SyncState = z.enum(['in-sync', 'out-of-sync', 'installing', 'unknown', 'late', 'unmanaged'])
export type SyncState = z.infer<typeof SyncState>

export const VersionCell = z.strictObject({
  service: ServiceName,
  sync: SyncState,
  /** Why it is out of sync, in one sentence. */
  why: z.string().optional(),
  version: Version.optional(),
  running: Digest.optional(),
  /** The version of the service's settings that it was started with. */
  config: ConfigVersion.optional(),
  desiredVersion: Version.optional(),
  desiredConfig: ConfigVersion.optional(),
  pid: z.int().optional(),
  since: Timestamp.optional(),
  health: Health,
  /** Why a person should look although the right release runs: it is degraded. In one sentence. */
  trouble: z.string().optional(),
})
export type VersionCell = z.infer<typeof VersionCell>

export const VersionRow = z.strictObject({ host: HostView, cells: z.array(VersionCell) })
export type VersionRow = z.infer<typeof VersionRow>

export const VersionsTable = z.strictObject({
  /** The moment that it is of. */
  at: Timestamp,
  services: z.array(ServiceName),
  rows: z.array(VersionRow),
  summary: z.strictObject({
    /** Those that were enrolled by then. */
    hosts: z.int(),
    silent: z.int(),
    /** Cells, not hosts. */
    outOfSync: z.int(),
  }),
  /** Of the event that this table includes last: follow the feed from here. */
  seq: z.int().nonnegative(),
})
export type VersionsTable = z.infer<typeof VersionsTable>

export const getVersions = defineRoute({
  method: 'GET',
  path: '/api/v1/versions',
  summary:
    'The table of hosts and services: what really runs, what should, and which hosts are silent; now, or at a moment of the past',
  access: 'token',
  query: HostQuery.extend({
    service: ServiceName.optional(),
    outOfSync: z.enum(['true', 'false']).default('false'),
    /** What ran at this moment of the past, by the last report before. Clusters and labels are today's. */
    at: Moment.optional(),
  }),
  response: VersionsTable,
})
