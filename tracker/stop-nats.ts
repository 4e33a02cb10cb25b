import { stopNatsServer } from './nats-server/server.ts'

/** Ends the nats-server that a stopped tracker leaves running for its hosts. */
export const stopNats = async (dataDir: string): Promise<void> => {
  const stopped = await stopNatsServer(dataDir)
  process.stdout.write(stopped ? 'nats-server stopped.\n' : `No nats-server of ${dataDir} is running.\n`)
}
