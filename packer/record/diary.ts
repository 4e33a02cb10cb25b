import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import { logKey, recordKey, type KeptName, type Made } from '../../shared/domain/build-record.ts'
import type { BuildStep, LogLine } from '../../shared/domain/event.ts'
import { BuildLog } from './build-log.ts'
import { LogFile } from './log-file.ts'

/** How what a build says is told while it runs. */
export interface Live {
  readonly lines: (lines: LogLine[]) => void
  readonly step: (step: BuildStep) => void
}

const putWithinMs = 60_000

/** All that one build says: told live, and written down, so that it can be read when it is long over. */
export class Diary {
  readonly #live: Live
  readonly #log: BuildLog
  readonly #file: LogFile
  readonly #path: string
  readonly #steps: BuildStep[] = []

  /** Its files are in `directory`, and begin with `name`. */
  constructor(live: Live, directory: string, name: KeptName) {
    this.#live = live
    this.#log = new BuildLog(live.lines)
    this.#path = join(directory, `${name}.log.gz`)
    this.#file = new LogFile(this.#path)
  }

  write(stream: LogLine['stream'], text: string): void {
    const line = { at: Date.now(), stream, text }
    this.#log.write(line)
    this.#file.write(line)
  }

  step(step: BuildStep): void {
    this.#log.flush()
    this.#live.step(step)
    if (step.state !== 'running') this.#steps.push(step)
  }

  /** Tells what is left, and puts log and record into the store. Throws when it cannot be, or the signal aborts; no file stays. */
  async keep(
    { buildId, name, made }: { buildId: number; name: KeptName; made: Made | undefined },
    store: Pick<ArtifactStore, 'putRecord'>,
    signal: AbortSignal,
  ): Promise<void> {
    const within = AbortSignal.any([signal, AbortSignal.timeout(putWithinMs)])
    const recordPath = `${this.#path}.record`
    this.#log.end()
    try {
      await this.#file.end()
      const record = { v: 1, buildId, steps: this.#steps, ...(made ? { made } : {}) }
      await writeFile(recordPath, await compress(JSON.stringify(record)))
      await store.putRecord(recordKey(name), recordPath, within)
      await store.putRecord(logKey(name), this.#path, within)
    } finally {
      for (const path of [this.#path, recordPath]) await rm(path, { force: true })
    }
  }
}

const compress = promisify(gzip)
