import type { Command } from 'commander'
import { stopNats } from './stop-nats.ts'

export const defineStopNats = (command: Command): void => {
  command
    .requiredOption('--data <dir>', 'the state directory of the tracker that started it')
    .configureHelp({ showGlobalOptions: false })
    .action(async ({ data }: { data: string }) => {
      await stopNats(data)
    })
}
