import type { Health, Reason, Start } from './proposal.ts'
import type { Survey } from './survey.ts'

export interface Listening {
  readonly health: Health | undefined
  /** PORT, where the service is told its port. */
  readonly env: Readonly<Record<string, number>>
  readonly reasons: readonly Reason[]
}

/** Where code says which port it takes when PORT does not: the digits are the first group. */
const fromVariable = [
  /process\.env(?:\.PORT\b|\[['"]PORT['"]\])(?:\s*(?:\?\?|\|\|)\s*['"]?(\d{2,5}))?/,
  /os\.(?:environ(?:\.get)?|getenv)[[(]\s*['"]PORT['"](?:\s*,\s*['"]?(\d{2,5}))?/,
]
const fixed = [/\.listen\(\s*(\d{2,5})\b/, /\.(?:listen|run)\([^)]*?\bport\s*[=:]\s*(\d{2,5})\b/]

const route = /['"`](\/(?:api\/)?(?:healthz?|livez|readyz|health-?check|ping)\/?)['"`]/

const usual = 8080

/** Which port a service answers on, and where it says how it is. */
export const listening = (start: Start, { sources }: Survey): Listening => {
  const found = portIn(start, sources)
  if (found === undefined) {
    return {
      health: undefined,
      env: {},
      reasons: [{ key: 'health', because: 'no port was found, so it only has to stay up' }],
    }
  }
  const { port, because, isVariable } = found
  const [path, text] = [...sources].find(([, code]) => route.test(code)) ?? []
  const asked = isVariable ? '$PORT' : port
  const env = isVariable ? { PORT: port } : {}
  const reason = { key: isVariable ? 'run.env.PORT' : 'health', because }
  const url = route.exec(text ?? '')?.[1]
  if (path === undefined || url === undefined) {
    const none = 'no route such as /healthz was found, so it only has to accept connections'
    return { health: { kind: 'tcp', port: asked }, env, reasons: [reason, { key: 'health', because: none }] }
  }
  return {
    health: { kind: 'http', port: asked, path: url },
    env,
    reasons: [reason, { key: 'health', because: `${path} has ${url}` }],
  }
}

interface Port {
  readonly port: number
  readonly because: string
  readonly isVariable: boolean
}

const portIn = (start: Start, sources: Survey['sources']): Port | undefined =>
  inCommand(start) ?? inCode(start, sources) ?? byConvention(start)

const inCommand = ({ command, takesPort, port = usual }: Start): Port | undefined =>
  takesPort === true || /\$\{?PORT\b/.test(command)
    ? { port, because: 'the command is told its port by PORT', isVariable: true }
    : undefined

const inCode = ({ port: conventional = usual }: Start, sources: Survey['sources']): Port | undefined => {
  for (const [path, text] of sources) {
    const variable = firstMatch(fromVariable, text)
    if (variable) {
      const port = portOf(variable[1]) ?? conventional
      return {
        port,
        because: `${path} reads PORT${variable[1] ? `, else takes ${port}` : ''}`,
        isVariable: true,
      }
    }
    const port = portOf(firstMatch(fixed, text)?.[1])
    if (port !== undefined) return { port, because: `${path} listens on ${port}`, isVariable: false }
  }
  return undefined
}

const byConvention = ({ port }: Start): Port | undefined =>
  port === undefined
    ? undefined
    : { port, because: `${port} is its framework's port; no other was found`, isVariable: false }

const firstMatch = (patterns: readonly RegExp[], text: string): RegExpExecArray | undefined =>
  patterns.map((pattern) => pattern.exec(text)).find((match) => match !== null) ?? undefined

const portOf = (digits: string | undefined): number | undefined => {
  const port = Number(digits)
  return port >= 1 && port <= 65_535 ? port : undefined
}
