import { Command } from 'commander'
import { runCommandLine } from '../../shared/command-line.ts'
import { Parts } from '../../shared/parts.ts'
import { stopSignal } from '../../shared/stop-signal.ts'
import { grabberParts, packerPart } from './agents.ts'
import { startBuilding, watchBundles } from './bundles.ts'
import { bundleFiles, paths } from './layout.ts'
import { endLeftovers } from './leftovers.ts'
import { startPage } from './page.ts'
import { addExamples, startServices } from './services.ts'
import { targetOf, trackerPart } from './tracker.ts'

const develop = async (): Promise<void> => {
  const stop = stopSignal()
  await using running = new Parts()
  running.use(await startBuilding())
  running.defer(endLeftovers)

  const tracker = await trackerPart()
  await running.use(tracker.part).start()
  const target = await targetOf(tracker.part, tracker.url)
  const agents = [await packerPart(target), ...(await grabberParts(target))]
  for (const agent of agents) await running.use(agent).start()
  const page = await startPage(target.url)
  running.defer(() => page.server.close())

  await addExamples(target)
  await startServices(target)
  process.stdout.write(invitation(page.url, target.url, target.token ?? ''))

  await watchBundles(async (changed) => {
    for (const part of [tracker.part, ...agents]) if (part.bundle === changed) await part.restart()
  }, stop)
  process.stdout.write('Stopping everything …\n')
}

const invitation = (page: string, url: string, token: string): string => `
  Web page   ${page}
  Log in     ${token}      (kept in ${paths.token})

  export TRACKER_URL=${url} TRACKER_TOKEN=$(cat ${paths.token})
  alias tracker='node ${bundleFiles.tracker}'
  tracker deploy hello-node@v1 -c dev

`

const program = new Command('scripts/dev')
  .description('All parts on this machine from the working tree, restarted on change')
  .action(develop)

await runCommandLine(program, process.argv)
