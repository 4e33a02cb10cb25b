import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { TrackerContext } from '../../context.ts'
import { ensureBuild } from '../../builds/build-desk.ts'
import { readChanges, readLog, readRecord } from '../../builds/kept.ts'
import { buildViewOf, type BuildRow } from '../../db/builds.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const buildRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, builds } = context

  mountChange(app, context, api.startBuild, async ({ body: { service, ref }, write }) => {
    const resolved = await builds.resolve(service, ref)
    return write((writing) => {
      const { kind, ...answer } = ensureBuild(writing, service, resolved)
      const build = 'build' in answer ? answer.build : writing.builds.ofArtifact(answer.artifact.digest)
      if (!build) throw new Error(`${service} ${resolved.version} has an artifact without a build`)
      return {
        subject: `build ${build.id}`,
        service,
        response: { build: buildViewOf(build), reused: kind === 'artifact' },
      }
    })
  })

  mount(app, context, api.listBuilds, ({ query }) => ({
    builds: store.read.builds.list(query.service, query.limit).map(buildViewOf),
  }))

  const requireBuild = (id: number): BuildRow => {
    const build = store.read.builds.get(id)
    if (!build) throw new PersonError('not-found', `There is no build ${id}.`)
    return build
  }

  mount(app, context, api.getBuild, ({ params }) => buildViewOf(requireBuild(params.id)))
  mount(app, context, api.readBuildLog, ({ params, query }) =>
    readLog(context, requireBuild(params.id), query),
  )
  mount(app, context, api.getBuildRecord, ({ params }) => readRecord(context, requireBuild(params.id)))
  mount(app, context, api.getBuildChanges, ({ params }) => readChanges(context, requireBuild(params.id)))
}
