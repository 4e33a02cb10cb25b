// The pages that Vite made, and the little that they ask for.
import { createServer } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'

const pages = sirv(join(import.meta.dirname, 'dist'), { single: true })
const server = createServer((request, response) => {
  if (request.url !== '/api/time') return pages(request, response)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ time: new Date().toISOString() }))
})
process.once('SIGTERM', () => server.close())
server.listen(Number(process.env.PORT))
