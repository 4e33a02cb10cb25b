import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { InstallState } from '../domain/install-state.ts'
import { Digest, ServiceName, Version } from '../domain/names.ts'
import { ConfigVersion } from '../domain/settings.ts'
import { defineCall } from './define.ts'

export const Health = z.enum(['healthy', 'unhealthy', 'unknown'])
export type Health = z.infer<typeof Health>

/** What one host really has of one service: read from disk and /proc, not from anyone's memory. */
export const ServiceReport = z.strictObject({
  service: ServiceName,
  /** What `current` points to; absent when nothing is installed. */
  current: Digest.optional(),
  version: Version.optional(),
  /** The release that the running process was started from; absent when nothing runs. */
  running: Digest.optional(),
  /** The config version that it was started with; absent when the service had no settings. */
  config: ConfigVersion.optional(),
  pid: z.int().positive().optional(),
  /** When the running process was started. */
  since: Timestamp.optional(),
  health: Health,
  /** How often its process ended and was started again since the release was; absent when it never was. */
  restarts: z
    .strictObject({
      count: z.int().positive(),
      /** Of the last end, by the host's clock. */
      at: Timestamp,
      /** As the end of a sentence: `exit code 1`. */
      end: z.string().max(100),
    })
    .optional(),
  /** The last order that this host accepted for the service and how far it came, from its journal. */
  order: z
    .strictObject({
      seq: z.int().positive(),
      deployId: z.int().positive(),
      state: InstallState,
      error: z.string().max(2000).optional(),
    })
    .optional(),
})
export type ServiceReport = z.infer<typeof ServiceReport>

export const VersionReport = z.strictObject({
  v: z.literal(1),
  at: Timestamp,
  /** The grabber's own version, and the boot it runs in (a second one at the same time means a cloned host). */
  grabber: z.string().max(64),
  bootId: z.string().max(64),
  services: z.array(ServiceReport).max(200),
})
export type VersionReport = z.infer<typeof VersionReport>

export const versionReportCall = defineCall({
  name: 'version-report',
  summary: 'grabber -> tracker: what really runs; on start, after every install and every minute',
  subject: 'at.v1.rpc.{host}.version-report',
  request: VersionReport,
  reply: z.strictObject({ v: z.literal(1) }),
  example: {
    request: {
      v: 1,
      at: 1_790_000_000_000,
      grabber: '0.1.0',
      bootId: '3f0e6f0a-0000-4000-8000-000000000000',
      services: [
        {
          service: 'web',
          current: 'a'.repeat(64),
          version: 'v2',
          running: 'a'.repeat(64),
          pid: 4711,
          since: 1_790_000_000_000,
          health: 'healthy',
          order: { seq: 3, deployId: 12, state: 'committed' },
        },
      ],
    },
    reply: { v: 1 },
  },
})
