import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ApiError } from '../../shared/api/common.ts'

const contentPolicy =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** Serves the built page: its files as they are, and its front door for every address that is one of its own. */
export const serveWebPage = (app: FastifyInstance): void => {
  const root = webRoot()
  app.addHook('onSend', (_request, reply, payload, done) => {
    reply.header('content-security-policy', contentPolicy)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'same-origin')
    done(null, payload)
  })
  if (root !== undefined) {
    app.register(fastifyStatic, {
      root,
      // File names of assets hold a hash of their content; the front door names the newest.
      setHeaders: (response, path) => {
        const isAsset = path.includes('/assets/')
        response.setHeader('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      request.method === 'GET' &&
      !request.url.startsWith('/api/') &&
      request.headers.accept?.includes('text/html')
    if (root !== undefined && isPage) return reply.sendFile('index.html')
    const message = `There is nothing at ${request.method} ${request.url.split('?')[0] ?? ''}.`
    return reply.code(404).send({
      code: 'not-found',
      message,
      hint: 'GET /api/v1/openapi.json lists the API.',
    } satisfies ApiError)
  })
}

/** Beside the bundle, wherever the bundler has put this code. */
const webRoot = (): string | undefined => {
  const here = dirname(fileURLToPath(import.meta.url))
  return [join(here, 'web'), join(here, '..', 'web')].find((directory) =>
    existsSync(join(directory, 'index.html')),
  )
}
