import { PersonError } from '../../shared/errors.ts'
import type { Launch } from '../releases/launch.ts'

/** What is asked to find out whether a service is healthy. `none`: that it stays up is enough. */
export type HealthTarget =
  | { readonly kind: 'http'; readonly port: number; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number }
  | {
      readonly kind: 'command'
      readonly command: string
      readonly directory: string
      readonly environment: Readonly<Record<string, string>>
    }
  | { readonly kind: 'none' }

/** The health check of a release on this host. Throws `invalid` when a port is named by a variable that does not hold one. */
export const healthTargetOf = ({ config, environment, directory }: Launch): HealthTarget => {
  const { http, tcp, command } = config.health
  if (http) return { kind: 'http', port: portOf(http.port, environment), path: http.path }
  if (tcp) return { kind: 'tcp', port: portOf(tcp.port, environment) }
  if (command !== undefined) return { kind: 'command', command, directory, environment }
  return { kind: 'none' }
}

/** The port that the service is going to listen on, as far as its health check tells. */
export const portOfTarget = (target: HealthTarget): number | undefined =>
  target.kind === 'http' || target.kind === 'tcp' ? target.port : undefined

const portOf = (port: number | string, environment: Readonly<Record<string, string>>): number => {
  if (typeof port === 'number') return port
  const name = port.slice(1)
  const value = environment[name] ?? ''
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value)
  throw new PersonError(
    'invalid',
    value === ''
      ? `The health check's port is $${name}, but the service has no variable of that name.`
      : `The health check's port is $${name}, but that variable does not hold one.`,
    { hint: `Set ${name} in run.env of service.yaml, or with \`tracker env set\`.` },
  )
}
