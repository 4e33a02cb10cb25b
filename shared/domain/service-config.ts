import * as z from 'zod'
import { BuildConfig } from './build-config.ts'
import { ServiceName } from './names.ts'
import { RolloutConfig } from './rollout.ts'
import { Duration, Size } from './units.ts'

const environmentName = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Variables that make the loader or the runtime run someone else's code inside the service. */
const loaderVariable = /^(LD_|DYLD_|GLIBC_TUNABLES$|NODE_OPTIONS$|PYTHONSTARTUP$|BASH_ENV$|ENV$)/

export const isLoaderVariable = (name: string): boolean => loaderVariable.test(name)

export const Environment = z.record(
  z
    .string()
    .regex(environmentName, 'an environment variable is letters, digits and underscores')
    .refine((name) => !loaderVariable.test(name), 'this variable would load foreign code into the service'),
  z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]),
)

/** A port, or `$NAME`: the variable of the service's environment that holds it, so that it may differ by host. */
export const Port = z.union([
  z.int().min(1).max(65_535),
  z.string().regex(/^\$[A-Za-z_][A-Za-z0-9_]*$/, 'a port is 1 to 65535, or $NAME of an environment variable'),
])

const Signal = z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'])

const RunConfig = z.strictObject({
  command: z.string().min(1).max(4096),
  /** Who the service runs as; by default the grabber's own user. Root is refused unless the host allows it. */
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'a user is a name of /etc/passwd')
    .optional(),
  limits: z
    .strictObject({
      memory: Size.optional(),
      /** Processors: 1.5 is one and a half. */
      cpu: z.number().positive().max(1024).optional(),
      /** Open files. */
      files: z.int().min(16).max(1_048_576).optional(),
    })
    .prefault({}),
  env: Environment.default({}),
  stop: z.strictObject({ signal: Signal.default('SIGTERM'), grace: Duration.prefault('15s') }).prefault({}),
})

/** A command of the release's own, run in its directory with its environment; it fails the install when it fails or takes too long. */
const Hook = z
  .union([
    z.string().min(1).max(4096),
    z.strictObject({ command: z.string().min(1).max(4096), timeout: Duration.prefault('60s') }),
  ])
  .transform((hook) => (typeof hook === 'string' ? { command: hook, timeout: 60_000 } : hook))

const HooksConfig = z.strictObject({
  after_unpack: Hook.optional(),
  before_start: Hook.optional(),
  after_start: Hook.optional(),
  before_stop: Hook.optional(),
})

const checks = ['http', 'tcp', 'command'] as const

export const HealthConfig = z
  .strictObject({
    http: z.strictObject({ port: Port, path: z.string().startsWith('/').default('/') }).optional(),
    tcp: z.strictObject({ port: Port }).optional(),
    command: z.string().min(1).optional(),
    interval: Duration.prefault('1s'),
    healthy_for: Duration.prefault('5s'),
    deadline: Duration.prefault('60s'),
    /** A release that dies within this time after it was committed goes back to the last good one by itself. */
    watch_for: Duration.prefault('60s'),
  })
  .refine((health) => checks.filter((check) => health[check] !== undefined).length <= 1, {
    message: 'give one of http, tcp and command, or none: then the process only has to stay up',
  })
export type HealthConfig = z.infer<typeof HealthConfig>

/** `service.yaml`, at the service's path in its repo. Unknown keys are errors; everything but build and command has a default. */
export const ServiceConfig = z.strictObject({
  service: ServiceName,
  build: BuildConfig,
  run: RunConfig,
  health: HealthConfig.prefault({}),
  hooks: HooksConfig.prefault({}),
  rollout: RolloutConfig.prefault({}),
  keep_releases: z.int().min(1).max(100).default(5),
})
export type ServiceConfig = z.infer<typeof ServiceConfig>
