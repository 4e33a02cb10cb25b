import { join } from 'node:path'

/** All that the nats-server of one tracker keeps on disk. */
export const natsFiles = (dataDir: string) => {
  const dir = join(dataDir, 'nats')
  return {
    dir,
    config: join(dir, 'nats.conf'),
    users: join(dir, 'users.conf'),
    log: join(dir, 'nats-server.log'),
    /** Which process it is and where it listens, so that the next tracker takes it over. */
    server: join(dir, 'server.json'),
  }
}
export type NatsFiles = ReturnType<typeof natsFiles>
