import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { hostname } from 'node:os'
import ms from 'ms'
import mustache from 'mustache'
import { greeting } from './greeting.js'

const port = Number(process.env.PORT ?? 8080)
const version = await readVersion()

const server = createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok\n')
  const uptime = ms(Math.round(process.uptime() * 1000), { long: true })
  response.end(mustache.render(greeting, { host: hostname(), version, uptime }))
  console.log(`${request.method} ${request.url}`)
})

server.listen(port, () => console.log(`hello-node ${version} listens on port ${port}`))

process.on('SIGTERM', () => {
  console.log('stopping: open requests are finished first')
  server.close(() => console.log('stopped'))
  server.closeIdleConnections()
})

/** Every artifact says of itself what it is. */
async function readVersion() {
  try {
    return JSON.parse(await readFile('.artifact.json', 'utf8')).version
  } catch {
    return 'development'
  }
}
