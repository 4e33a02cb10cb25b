import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import { cancel } from '../../builds/cancel.ts'
import { ensureBuild } from '../../builds/ensure-build.ts'
import { requireBuild } from '../../builds/find-build.ts'
import { readChanges, readLog, readRecord } from '../../builds/kept.ts'
import { packerViews } from '../../builds/packer-views.ts'
import { queueView } from '../../builds/queue-view.ts'
import { buildViewOf, buildViewsOf } from '../../builds/views.ts'
import type { TrackerContext } from '../../context.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const buildRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, builds, sources } = context

  mountChange(app, context, api.startBuild, async ({ body: { service, ref, rebuild }, caller, write }) => {
    const resolved = await sources.resolve(service, ref)
    return write((writing) => {
      const asked = { service, resolved, rebuild, cause: 'person' as const, askedBy: caller.name }
      const { because, kind, ...answer } = ensureBuild(writing, asked)
      const build = 'build' in answer ? answer.build : writing.builds.ofArtifact(answer.artifact.digest)
      if (!build) throw new Error(`${service} ${resolved.version} has an artifact without a build`)
      return {
        subject: `build ${build.id}`,
        service,
        response: { build: buildViewOf(writing, build), reused: kind === 'artifact', because },
      }
    })
  })

  mountChange(app, context, api.cancelBuild, async ({ params: { id }, body: { reason }, caller, write }) =>
    write((writing) => {
      const build = cancel(writing, id, caller.name, reason)
      return { subject: `build ${id}`, service: build.service, response: buildViewOf(writing, build) }
    }),
  )

  mount(app, context, api.listBuilds, ({ query }) => ({
    builds: buildViewsOf(store.read, store.read.builds.list(query.service, query.limit)),
  }))

  mount(app, context, api.getBuildQueue, ({ query }) => queueView(store.read, builds, query.limit))

  mount(app, context, api.getBuild, ({ params }) =>
    buildViewOf(store.read, requireBuild(store.read, params.id)),
  )

  mount(app, context, api.readBuildLog, ({ params, query }) =>
    readLog(context, requireBuild(store.read, params.id), query),
  )
  mount(app, context, api.getBuildRecord, ({ params }) =>
    readRecord(context, requireBuild(store.read, params.id)),
  )
  mount(app, context, api.getBuildChanges, ({ params }) =>
    readChanges(context, requireBuild(store.read, params.id)),
  )

  mount(app, context, api.listPackers, () => ({ packers: packerViews(store.read, builds) }))

  mount(app, context, api.examineMachines, async () => {
    const answers = await context.askPackers(builds.packers().length)
    return { machines: answers.map(({ v: _, packer: id, ...machine }) => ({ id, ...machine })) }
  })
}
