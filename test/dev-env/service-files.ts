export interface ServiceOptions {
  readonly service: string
  /** What it answers with, so that a test can see from outside which release runs. */
  readonly greeting: string
  /**
   * `broken`: starts and dies. `sick`: stays up and answers 500. `unlicensed`: dies unless LICENCE is set.
   * `licensed`: greets with its LICENCE, and dies of one that is forged.
   * `unbuildable`: its build script fails.
   */
  readonly kind?: 'healthy' | 'broken' | 'sick' | 'unlicensed' | 'licensed' | 'unbuildable'
}

/** The files of a small Node.js service, quick to build and to become healthy, that listens on $PORT. */
export const serviceFiles = ({
  service,
  greeting,
  kind = 'healthy',
}: ServiceOptions): Record<string, string> => ({
  'package.json': json({
    name: service,
    version: '1.0.0',
    private: true,
    ...(kind === 'unbuildable' ? { scripts: { build: 'echo the oven is cold >&2; exit 3' } } : {}),
  }),
  'package-lock.json': json({
    name: service,
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': { name: service, version: '1.0.0' } },
  }),
  'server.js': server(greeting, kind),
  'service.yaml': `service: ${service}
build:
  type: node
run:
  command: node server.js
  stop: { signal: SIGTERM, grace: 2s }
health:
  http: { port: $PORT, path: /healthz }
  interval: 100ms
  healthy_for: 300ms
  deadline: 3s
rollout: { canary: 1, batch: 50% }
`,
})

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const server = (greeting: string, kind: string): string => `const { createServer } = require('node:http')
${startOf[kind] ?? ''}console.log('greeting with ${greeting}')
createServer((request, response) => {
  response.statusCode = ${kind === 'sick' ? 500 : 200}
  response.end(JSON.stringify({ greeting: ${kind === 'licensed' ? 'process.env.LICENCE' : `'${greeting}'`}, pid: process.pid }))
}).listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

const startOf: Readonly<Record<string, string>> = {
  broken: "throw new Error('the kettle is empty')\n",
  licensed: "if (process.env.LICENCE.startsWith('forged')) throw new Error(process.env.LICENCE)\n",
  unlicensed: "if (!process.env.LICENCE) throw new Error('LICENCE is not set')\n",
}
