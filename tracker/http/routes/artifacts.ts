import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import { PersonError } from '../../../shared/errors.ts'
import { requireService } from '../../builds/find-service.ts'
import type { TrackerContext } from '../../context.ts'
import { subjectOf } from '../../upkeep/upkeep.ts'
import { giveUp, rulesOf } from '../../upkeep/verdicts.ts'
import { amountOf, artifactList, keepRuleView, keepRuleViews, usageOf } from '../../upkeep/views.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const artifactRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, upkeep, now } = context

  mount(app, context, api.listArtifacts, ({ query }) => {
    if (query.service !== undefined) requireService(store.read, query.service)
    return artifactList(store.read, now(), query)
  })

  mountChange(app, context, api.pruneArtifacts, async ({ body: { service }, write }) => {
    const written = await write((writing) => {
      if (service !== undefined) requireService(writing, service)
      const gone = giveUp(writing, service)
      return {
        subject: subjectOf(gone),
        ...ofService(service),
        response: { gone: amountOf(gone) },
      }
    })
    void upkeep.goThrough()
    return written
  })

  mount(app, context, api.getArtifactUsage, () => usageOf(store.read, now()))

  mount(app, context, api.listKeepRules, () => ({ rules: keepRuleViews(store.read) }))

  mountChange(app, context, api.setKeepRule, ({ body: { service, last, days, tags }, caller, write }) =>
    write((writing) => {
      if (service !== undefined) requireService(writing, service)
      // What no service is called is what has no rule of its own.
      const before = rulesOf(writing)(service ?? '')
      const rule = {
        service: service ?? null,
        last: last ?? before.last,
        days: days ?? before.days,
        tags: tags ?? before.tags,
        setBy: caller.name,
        setAt: writing.now,
      }
      writing.keepRules.put(rule)
      return { subject: subjectOfRule(service), ...ofService(service), response: keepRuleView(rule) }
    }),
  )

  mountChange(app, context, api.removeKeepRule, ({ params: { service }, write }) =>
    write((writing) => {
      if (!writing.keepRules.remove(service)) throw noRule(service)
      return { subject: subjectOfRule(service), service, response: rulesOf(writing)(service) }
    }),
  )
}

const ofService = (service: string | undefined) => (service === undefined ? {} : { service })

const subjectOfRule = (service: string | undefined): string =>
  service === undefined ? 'what is kept of all services' : `what is kept of ${service}`

const noRule = (service: string): PersonError =>
  new PersonError('not-found', `${service} has no rule of its own on what is kept.`, {
    field: 'service',
    hint: 'See `tracker artifacts keep`.',
  })
