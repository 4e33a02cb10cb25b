import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import { isServed } from '../../shared/adapters/open-store.ts'
import { Digest } from '../../shared/domain/names.ts'
import type { TrackerContext } from '../context.ts'

const Params = z.strictObject({ digest: Digest })
const Query = z.strictObject({ expires: z.string().max(20), signature: z.string().max(128) })

/** Downloads from a directory store. The signed URL is the permission: hosts hold no token of the API. */
export const serveArtifacts = (app: FastifyInstance, { artifacts }: TrackerContext): void => {
  if (!isServed(artifacts)) return
  app.get(
    '/artifacts/:digest',
    { schema: { hide: true, params: Params, querystring: Query } },
    (request, reply) => {
      const { digest } = Params.parse(request.params)
      const { expires, signature } = Query.parse(request.query)
      const { stream, size } = artifacts.open(digest, expires, signature)
      return reply.type('application/gzip').header('content-length', size).send(stream)
    },
  )
}
