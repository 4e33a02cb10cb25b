// Counts what lies in its inbox. It has no port: how it is, it says by a file.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const shared = process.env.APPTRACKER_SHARED_DIR ?? '.'
const inbox = join(shared, 'inbox')
await mkdir(inbox, { recursive: true })

let isEnding = false
process.once('SIGTERM', () => (isEnding = true))
for (let done = 0; !isEnding; await delay(200)) {
  for (const name of await readdir(inbox)) {
    await rm(join(inbox, name))
    done += 1
  }
  await writeFile(join(shared, 'alive.json'), JSON.stringify({ pid: process.pid, at: Date.now(), done }))
}
