import type { FastifyError, FastifyInstance } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { ApiError } from '../../shared/api/common.ts'
import { httpStatusOf, PersonError } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import { translate } from '../db/open.ts'

/** Every error leaves as `{code, message, field?, hint?}`; what is our own defect is logged, and says no more than that. */
export const replyWithErrors = (app: FastifyInstance, log: Logger): void => {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = translate(thrown)
    if (hasZodFastifySchemaValidationErrors(error)) return reply.code(422).send(describeValidation(error))
    if (error instanceof PersonError) return reply.code(httpStatusOf[error.code]).send(describe(error))
    if (thrown.statusCode !== undefined && thrown.statusCode < 500) {
      return reply.code(thrown.statusCode).send({ code: 'usage', message: thrown.message } satisfies ApiError)
    }
    // As the route has it: the address of a hook may be all that it takes to call it.
    log.error({ err: error, url: request.routeOptions.url }, 'request failed')
    const message = 'The tracker failed on this request; its log says why.'
    return reply.code(500).send({ code: 'internal', message } satisfies ApiError)
  })
}

export const describe = (error: PersonError): ApiError => ({
  code: error.code,
  message: error.message,
  ...(error.field === undefined ? {} : { field: error.field }),
  ...(error.hint === undefined ? {} : { hint: error.hint }),
})

const describeValidation = (error: FastifyError): ApiError => {
  const first = error.validation?.[0]
  const field = first?.instancePath.split('/').filter(Boolean).join('.') ?? ''
  const reason = first?.message ?? 'it does not fit the schema'
  return {
    code: 'invalid',
    message:
      field === '' ? `The request is not acceptable: ${reason}.` : `${field} is not acceptable: ${reason}.`,
    ...(field === '' ? {} : { field }),
  }
}
