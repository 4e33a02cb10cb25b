import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { ApiTarget } from '../../shared/api-client.ts'
import { PersonError } from '../../shared/errors.ts'
import { freePorts } from '../../test/dev-env/free-port.ts'
import { paths } from './layout.ts'
import { Part } from './part.ts'

/** Hosts remember where their tracker is, so its ports stay the same from one start to the next. */
const keptPorts = async (): Promise<number[]> => {
  try {
    return JSON.parse(await readFile(paths.ports, 'utf8')) as number[]
  } catch {
    const ports = await freePorts(2)
    await mkdir(paths.home, { recursive: true })
    await writeFile(paths.ports, JSON.stringify(ports))
    return ports
  }
}

export const trackerPart = async (): Promise<{ part: Part; url: string }> => {
  const [http, nats] = await keptPorts()
  const listen = ['--listen', `127.0.0.1:${http}`, '--nats-listen', `127.0.0.1:${nats}`]
  return {
    part: new Part('tracker', 'tracker', ['serve', '--data', paths.tracker, ...listen]),
    url: `http://127.0.0.1:${http}`,
  }
}

/** The tracker shows its token once, on its first start: from then on it is in a file. */
export const targetOf = async (part: Part, url: string): Promise<ApiTarget> => {
  const shown = /^Admin token \(shown once\): (at_\S+)$/m.exec(part.output)?.[1]
  if (shown !== undefined) await writeFile(paths.token, `${shown}\n`, { mode: 0o600 })
  return { url, token: shown ?? (await keptToken()) }
}

const keptToken = async (): Promise<string> => {
  try {
    return (await readFile(paths.token, 'utf8')).trim()
  } catch (error) {
    throw new PersonError('invalid', `There is no token in ${paths.token}.`, {
      hint: `Remove ${paths.home} to begin anew.`,
      cause: error,
    })
  }
}
