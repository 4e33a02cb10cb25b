import { resolve } from 'node:path'
import type { Built, Workspace } from '../build/builder.ts'
import { builderFor } from '../build/builders.ts'
import { endLeftovers } from '../build/leftovers.ts'
import { nameOf, runCommand } from '../build/run-command.ts'
import type { Commission } from './commission.ts'
import type { FoundService } from './find-service.ts'
import type { Prepared } from './prepare.ts'
import type { Workplace } from './workplace.ts'

/** Lets the builder that service.yaml names do its work. */
export const runBuilder = async (
  { source }: Commission,
  { file: { config }, sources }: FoundService,
  { checkout, env, layers }: Prepared,
  place: Workplace,
): Promise<Built> => {
  const { tools, steps, say } = place
  const directory = resolve(checkout, source.path)
  return builderFor(config.build).build({
    checkout,
    directory,
    sources,
    cache: tools.paths.cache,
    config,
    build: config.build,
    layers,
    say,
    step: (name, work) => steps.take(name, work),
    run: commandsIn(directory, env, place),
  })
}

/** Each command is a step by its own name. */
const commandsIn =
  (
    cwd: string,
    env: Prepared['env'],
    { directory, steps, say, listener, signal }: Workplace,
  ): Workspace['run'] =>
  (command, args, options) => {
    const name = options?.name ?? nameOf(command, args)
    const typed = [command, ...args].join(' ').trim().replaceAll('\n', '; ')
    say(`$ ${typed}`)
    const run = (): Promise<void> =>
      runCommand(command, args, {
        cwd,
        ...options,
        name,
        env: { ...env, ...options?.env },
        signal,
        onLine: (stream, text) => listener.write(stream, text),
        onExit: () => endLeftovers(directory),
      })
    return steps.take(name, run, typed)
  }
