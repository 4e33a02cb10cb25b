import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { ApiError } from '../../shared/api/common.ts'
import { DeliveryView } from '../../shared/api/hooks.ts'
import type { TrackerContext } from '../context.ts'
import type { Delivery } from '../db/deliveries.ts'
import type { Hook } from '../db/hooks.ts'
import { deliveryViewOf } from '../hooks/views.ts'

/** The largest pushes, of 2,000 commits with the names of their files, stay below. */
const maxBodyBytes = 5 * 1024 * 1024
/** How long a trigger waits to hear the number of its build. */
const triggerWaitMs = 20_000

const Params = z.strictObject({ key: z.string().max(200) })

/** Where forges and CIs call. No token: a hook's own secret, or its URL, is the permission. */
export const receiveHooks = (app: FastifyInstance, { hooks }: TrackerContext): void => {
  const admitted = new WeakMap<FastifyRequest, Hook>()

  void app.register((scope, _options, done) => {
    // What is signed is the body as it came.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
    scope.route({
      method: 'POST',
      url: '/hooks/:key',
      bodyLimit: maxBodyBytes,
      schema: { hide: true, response: { '2xx': DeliveryView, '4xx': ApiError, '5xx': ApiError } },
      // Before the body is read: of strangers none is.
      onRequest: (request, _reply, next) => {
        admitted.set(request, hooks.admit(Params.parse(request.params).key))
        next()
      },
      handler: async (request, reply) => {
        const hook = admitted.get(request)
        if (!hook) throw new Error('a call of a hook was not admitted')
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const taken = await hooks.receive(hook, { headers: request.headers, body })
        const delivery = hook.source === 'trigger' ? await hooks.settled(taken.id, triggerWaitMs) : taken
        reply.code(isUnderWay(delivery ?? taken) ? 202 : 200)
        return deliveryViewOf(delivery ?? taken, hooks.trackerUrl)
      },
    })
    done()
  })
}

const isUnderWay = ({ state }: Delivery): boolean => state === 'waiting' || state === 'started'
