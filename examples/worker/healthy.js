// Exits 0 when the worker did a round within the last five seconds.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { at } = JSON.parse(readFileSync(join(process.env.APPTRACKER_SHARED_DIR ?? '.', 'alive.json'), 'utf8'))
process.exit(Date.now() - at < 5000 ? 0 : 1)
