import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { builtInTypes, type PluginBuild } from '../../shared/domain/build-config.ts'
import { PersonError } from '../../shared/errors.ts'
import { nearest } from '../service-file/nearest.ts'
import type { Builder } from './builder.ts'
import { innerDirectory } from './inner-directory.ts'
import { BuildReply, DescribeReply, PluginAnswer, type PluginRequest } from './plugin-protocol.ts'
import { runOutsideBuilds } from './tool-version.ts'

/** Whatever the executable `packer-build-<type>` of the packer's machine does: docs/builder-plugins.md. */
export const pluginBuilder: Builder<PluginBuild> = {
  revision: 1,
  toolVersions: async (build) => {
    const { name, file } = await findPlugin(build.type)
    const request = lineOf({ v: 1, action: 'describe', with: build.with })
    const ended = await runOutsideBuilds(file, [], request)
    const answer = new PluginAnswer(name, DescribeReply)
    for (const line of ended.stdout.split('\n')) answer.hear(line)
    return answer.result(ended).identity
  },
  build: async ({ checkout, directory, config, build, run, say }) => {
    const { name, file } = await findPlugin(build.type)
    const answer = new PluginAnswer(name, BuildReply, say)
    const { service, run: running } = config
    const request = { service, checkout, directory, with: build.with, env: running.env }
    await run(file, [], {
      name,
      input: lineOf({ v: 1, action: 'build', ...request }),
      onStdoutLine: (line) => answer.hear(line),
    }).catch((error: unknown) => {
      throw answer.failure ?? error
    })
    const built = answer.result({ exitCode: 0, stderr: '' })
    return {
      directory: await innerDirectory(directory, built.directory, `the result of ${name}`),
      variables: built.env,
    }
  },
}

const lineOf = (request: PluginRequest): string => `${JSON.stringify(request)}\n`

/** Looked for in absolute directories of PATH alone: a repo cannot bring one along. */
const findPlugin = async (type: string): Promise<{ name: string; file: string }> => {
  const name = `packer-build-${type}`
  for (const directory of (process.env['PATH'] ?? '').split(':').filter(isAbsolute)) {
    const file = join(directory, name)
    const executable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (executable) return { name, file }
  }
  throw noSuchBuilder(type, name)
}

const noSuchBuilder = (type: string, name: string): PersonError => {
  const meant = nearest(type, builtInTypes)
  return new PersonError(
    'invalid',
    `There is no builder '${type}', which build.type of service.yaml names: it is none of ${builtInTypes.join(', ')}, and the packer’s PATH has no ${name}.`,
    {
      field: 'build.type',
      hint: meant
        ? `Did you mean '${meant}'? Else install ${name} on every packer.`
        : `Correct build.type, or install ${name} on every packer.`,
    },
  )
}
