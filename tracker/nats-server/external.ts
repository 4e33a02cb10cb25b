import { mkdirSync } from 'node:fs'
import { natsFiles } from './files.ts'
import { writeWhole } from './write-whole.ts'

/** What the tracker needs of the server that carries its messages. */
export interface Messaging extends Disposable {
  readonly url: string
  /** Lets in exactly who is in `users` (the content of users.conf), from now on. */
  reload(users: string): void
}

/**
 * A NATS server that somebody else runs. The tracker writes who may connect to `<data>/nats/users.conf`; that server's
 * configuration includes the file in an account, and whoever runs it reloads it when the file changes.
 */
export const externalServer = (dataDir: string, url: string, users: string): Messaging => {
  const files = natsFiles(dataDir)
  mkdirSync(files.dir, { recursive: true, mode: 0o700 })
  writeWhole(files.users, users)
  return {
    url,
    reload: (changed) => writeWhole(files.users, changed),
    [Symbol.dispose]: () => undefined,
  }
}
