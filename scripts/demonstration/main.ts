import { Command } from 'commander'
import { runCommandLine } from '../../shared/command-line.ts'
import { stopSignal } from '../../shared/stop-signal.ts'
import { Constellation } from '../../test/dev-env/constellation.ts'
import { addExample } from './examples.ts'
import { Narrator } from './narrator.ts'
import { firstDeploys, fullTour, type Demo } from './tour.ts'
import { reportOf } from './report.ts'

const hosts = ['prod', 'staging'].flatMap((cluster) =>
  [1, 2, 3].map((number) => ({ name: `web-${number}.${cluster}`, cluster, labels: { rack: `r${number}` } })),
)

const demonstrate = async ({ once, json }: { once?: boolean; json?: boolean }): Promise<void> => {
  const stop = stopSignal()
  const narrator = new Narrator(json === true)
  narrator.say('Starting a tracker, a packer and six hosts …')
  await using constellation = await Constellation.start({ hosts })
  await addExample(constellation, 'hello-node')
  await addExample(constellation, 'hello-python')
  narrator.introduce(constellation.tracker)
  const demo: Demo = { constellation, narrator, stop, deploys: [] }
  await firstDeploys(demo)
  if (once === true) {
    await fullTour(demo)
    const report = await reportOf(demo)
    if (json === true) process.stdout.write(`${JSON.stringify(report)}\n`)
  } else {
    narrator.invite(constellation.tracker)
    await stopped(stop)
    narrator.say('Stopping everything …')
  }
}

const stopped = (stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })

const program = new Command('scripts/demo')
  .description(
    'A tracker, a packer and six hosts on this machine, with two services built from git and deployed',
  )
  .option('--once', 'go on with an upgrade, a broken version, its rollback and a retry, then exit')
  .option('--json', 'with --once: print one JSON object at the end, and nothing else on standard output')
  .action(demonstrate)

await runCommandLine(program, process.argv)
