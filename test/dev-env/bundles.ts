import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { execa } from 'execa'

/** Tests and scripts run from the project's root. */
const dist = resolve('dist')

/** What `npm run build` made: tests run what users run. */
export const bundles = {
  tracker: join(dist, 'tracker.js'),
  packer: join(dist, 'packer.js'),
  grabber: join(dist, 'grabber.cjs'),
  checkApptracker: join(dist, 'check_apptracker.cjs'),
}

export const requireBundles = (): void => {
  const missing = Object.values(bundles).filter((file) => !existsSync(file))
  if (missing.length > 0) throw new Error(`${missing.join(', ')} missing: run \`npm run build\` first`)
}

/** What a program inherits: little, so that tests don't depend on whose machine they run on. */
export const environment: NodeJS.ProcessEnv = {
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`,
  HOME: process.env['HOME'],
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
}

export interface Ran {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, two minutes at most; a failure is a result, not an error. */
export const run = async (
  bundle: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = environment,
): Promise<Ran> => {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bundle, ...args], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
  })
  return { code: exitCode, stdout, stderr }
}

/** The same, where anything but success is a failure of the test. */
export const runOrThrow = async (...command: Parameters<typeof run>): Promise<Ran> => {
  const ran = await run(...command)
  if (ran.code !== 0) throw new Error(`${command[1].join(' ')} exited ${ran.code}:\n${ran.stderr}`)
  return ran
}
