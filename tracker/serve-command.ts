import type { Command } from 'commander'
import { parseSetting } from '../shared/command-line.ts'
import { Duration } from '../shared/domain/units.ts'
import { serve } from './serve.ts'

interface Flags {
  readonly data: string
  readonly listen: string
  readonly url?: string
  readonly store?: string
  readonly natsListen: string
  readonly natsUrl?: string
  readonly silentAfter: string
}

export const defineServe = (command: Command): void => {
  command
    .requiredOption('--data <dir>', 'where the tracker keeps its state')
    .option('--listen <address>', 'where the API and the web page are served', '127.0.0.1:7070')
    .option('--url <url>', 'the URL under which others reach this tracker (default: as it listens)')
    .option(
      '--store <location>',
      'where artifacts are kept: directory:/path or s3://bucket/prefix?endpoint=…&region=… (default: <data>/artifacts)',
    )
    .option('--nats-listen <address>', 'where its nats-server listens', '127.0.0.1:4222')
    .option(
      '--nats-url <url>',
      'a NATS server that you run yourself, which includes <data>/nats/users.conf; then none is started',
    )
    .option('--silent-after <duration>', 'when a host that does not report counts as silent', '3m')
    .configureHelp({ showGlobalOptions: false })
    .action(async () => {
      // The program's own --url takes the flag before this command sees it.
      const { data, listen, url, store, natsListen, natsUrl, silentAfter } = command.optsWithGlobals<Flags>()
      await serve({
        data,
        listen,
        url,
        store,
        natsListen,
        natsUrl,
        silentAfter: parseSetting(Duration, '--silent-after', silentAfter),
      })
    })
}
