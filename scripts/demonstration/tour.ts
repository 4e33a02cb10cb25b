import { appendFile } from 'node:fs/promises'
import { listDeploys, type DeployView } from '../../shared/api/deploys.ts'
import { environmentFile } from '../../shared/host/layout.ts'
import type { Constellation } from '../../test/dev-env/constellation.ts'
import type { Narrator } from './narrator.ts'

export interface Demo {
  readonly constellation: Constellation
  readonly narrator: Narrator
  readonly stop: AbortSignal
  /** As they ended, in order. */
  readonly deploys: DeployView[]
}

const exitOf = { succeeded: 0, rolledBack: 6 }

export const firstDeploys = async (demo: Demo): Promise<void> => {
  await deploy(demo, ['deploy', 'hello-node@v1', '--all', '--yes'], exitOf.succeeded)
  await deploy(demo, ['deploy', 'hello-python@v1', '--all', '--yes'], exitOf.succeeded)
}

/** An upgrade on a regex of hosts, a broken version that rolls back by itself, the retry after the fix, and the table. */
export const fullTour = async (demo: Demo): Promise<void> => {
  const { narrator } = demo
  await deploy(demo, ['deploy', 'hello-node@v2', '-H', '^web-[12]\\.'], exitOf.succeeded)
  narrator.say('\nNow a version that does not start, because a setting is missing on the hosts:')
  const broken = await deploy(demo, ['deploy', 'hello-node@v3', '-c', 'prod'], exitOf.rolledBack)
  narrator.say('\nThe setting is added on the hosts, and the same artifact tried again where it is missing:')
  await addSetting(demo.constellation, 'hello-node', 'GREETING_KEY=hola')
  await deploy(
    demo,
    ['retry', String(broken.id), '--force', '--reason', 'the setting is there now'],
    exitOf.succeeded,
  )
  await narrator.run(demo.constellation.tracker, ['versions'])
}

const deploy = async (demo: Demo, args: readonly string[], expected: number): Promise<DeployView> => {
  const { narrator, constellation, deploys, stop } = demo
  stop.throwIfAborted()
  const code = await narrator.run(constellation.tracker, args)
  const { deploys: latest } = await constellation.tracker.call(listDeploys, { query: { limit: 1 } })
  const [made] = latest
  if (code !== expected || !made) {
    throw new Error(`tracker ${args.join(' ')} exited ${code}, not ${expected}`)
  }
  deploys.push(made)
  return made
}

const addSetting = async ({ grabbers }: Constellation, service: string, line: string): Promise<void> => {
  for (const { paths } of grabbers.values()) await appendFile(environmentFile(paths, service), `${line}\n`)
}
