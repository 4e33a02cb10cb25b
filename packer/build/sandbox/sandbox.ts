import { accessSync, constants, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { PersonError } from '../../../shared/errors.ts'
import { runGroup, type GroupOptions, type GroupResult, type RunGroup } from '../process-group.ts'
import { checkLinks } from './links.ts'
import { lookAtMachine } from './machine.ts'
import { isWithinAny, realPath } from './paths.ts'
import { isVisible, viewOf, type Settings, type View } from './view.ts'
import { sandboxWords, type Place } from './words.ts'

/** Keeps the commands of builds from all that is not theirs: docs/security.md says what they see. */
export class Sandbox {
  readonly #settings: Settings

  private constructor(settings: Settings) {
    this.#settings = settings
  }

  /** Throws `unavailable` when this machine cannot have one. */
  static async open(settings: Settings): Promise<Sandbox> {
    const sandbox = new Sandbox(settings)
    await sandbox.#try()
    return sandbox
  }

  /**
   * What runs the commands of one build, as `runGroup` does, but throws when one has left what would lead the packer astray.
   * `service` is the service's directory.
   */
  of(place: Place, service: string): RunGroup {
    const ours = [place.directory, place.cache].map((path) => realPath(path) ?? path)
    return async (command, args, options) => {
      const view = this.#view()
      const canSee = (path: string): boolean => isWithinAny(path, ours) || isVisible(view, path)
      const program = programOn(options, command)
      if (program === undefined) return notStarted
      if (!canSee(program)) throw unseen(command, program)
      const words = [command, ...args]
      const first = await run(view, place, words, options)
      const result = isOutdated(view, first) ? await run(this.#view(), place, words, options) : first
      if (!options.signal.aborted) {
        const { directory } = place
        await checkLinks({ directory, service, isVisible: canSee, signal: options.signal })
      }
      return result
    }
  }

  /** As the machine is now: tools may be installed, and secrets put into /etc, while a packer runs. */
  #view(): View {
    return viewOf(lookAtMachine(), this.#settings, process.env)
  }

  async #try(): Promise<void> {
    const nowhere = tmpdir()
    const view = this.#view()
    const place = { directory: nowhere, temporary: nowhere, cache: nowhere }
    const result = await run(view, place, ['true'], {
      cwd: nowhere,
      env: { PATH: process.env['PATH'] ?? '' },
      signal: AbortSignal.timeout(10_000),
    })
    if (result.exitCode !== 0) throw impossible(result)
  }
}

const run = async (
  view: View,
  place: Place,
  words: readonly string[],
  options: GroupOptions,
): Promise<GroupResult> => {
  // Not in the build's directory: were there a relative directory on the PATH, the build could bring a bwrap of its own.
  const outside = { ...options, cwd: '/' }
  const result = await runGroup('bwrap', [...sandboxWords(view, place, options.cwd), ...words], outside)
  const signal = signals.get(result.exitCode)
  return signal === undefined ? result : { ...result, exitCode: undefined, signal }
}

/** bwrap fails when something that it is to cover was removed after the look at the machine. */
const isOutdated = ({ hidden }: View, { exitCode }: GroupResult): boolean =>
  exitCode === 1 && hidden.some(({ path }) => !existsSync(path))

/** A shell says so that its child was ended by a signal. Of all there are, those that no tool uses to say something else. */
const signals: ReadonlyMap<number | undefined, string> = new Map([
  [134, 'SIGABRT'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [143, 'SIGTERM'],
])

/** As when it is started without a shell. */
const notStarted: GroupResult = {
  exitCode: undefined,
  signal: undefined,
  startError: 'ENOENT',
  stdout: '',
  stderr: '',
}

/** Where a program really lies. */
const programOn = ({ cwd, env }: GroupOptions, command: string): string | undefined => {
  const directories = command.includes('/') ? [cwd] : (env['PATH'] ?? '').split(':')
  const found = directories.map((directory) => resolve(cwd, directory, command)).find(isExecutable)
  return found === undefined ? undefined : realPath(found)
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const unseen = (command: string, program: string): PersonError =>
  new PersonError('unavailable', `The packer has ${command} at ${program}, where builds cannot see it.`, {
    hint: `Start the packer with --sandbox-read ${dirname(dirname(program))}, or install ${command} below /usr or /opt.`,
  })

const impossible = ({ startError, stderr }: GroupResult): PersonError => {
  if (startError === 'ENOENT') {
    return new PersonError('unavailable', 'Builds cannot run in a sandbox: there is no bwrap on the PATH.', {
      hint: `apt-get install bubblewrap. ${without}`,
    })
  }
  const said = stderr.trim().split('\n').at(-1) ?? ''
  return new PersonError('unavailable', `Builds cannot run in a sandbox here (${said.slice(0, 300)}).`, {
    hint: `docs/operations.md says what it needs of the kernel. ${without}`,
  })
}

const without =
  'With --no-sandbox builds run without: any package that they install can then read the packer’s keys.'
