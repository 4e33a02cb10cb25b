import { posix } from 'node:path'
import type * as z from 'zod'
import { ServiceConfig } from '../../shared/domain/service-config.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Source } from '../../shared/messages/sources.ts'
import { readFileAt } from '../git/read-file.ts'
import type { Repo } from '../git/repo.ts'
import { explainIssue } from './explain-issue.ts'
import { maxServiceFileBytes, parseYaml, problemsError } from './parse-yaml.ts'

export interface ServiceFile {
  readonly config: ServiceConfig
  /** As it stands in the file (`15s`, not 15000): this goes into the artifact. */
  readonly written: z.input<typeof ServiceConfig>
}

/** Where a service's file is, and the name it is registered by, if it is. */
export type Place = Pick<Source, 'path'> & Partial<Pick<Source, 'service'>>

/** Reads and checks `service.yaml` of a service at a commit. Throws `invalid` with file, line and column of each problem. */
export const readServiceFile = async (repo: Repo, source: Place, commit: string): Promise<ServiceFile> => {
  const name = posix.join(checkedPath(source.path), 'service.yaml')
  const text = await readFileAt(repo, commit, name, maxServiceFileBytes)
  if (text === undefined) {
    throw new PersonError('invalid', `There is no ${name} in ${repo.url} at ${commit.slice(0, 10)}.`, {
      hint: 'Add one and commit it (`packer init` writes a first one), or register the service with the path that has it (--path).',
    })
  }
  return parseServiceFile(name, text, source.service)
}

export const parseServiceFile = (name: string, text: string, service?: string): ServiceFile => {
  const { value, positionOf } = parseYaml(name, text)
  const parsed = ServiceConfig.safeParse(value)
  if (!parsed.success) {
    const findings = parsed.error.issues.flatMap((issue) => explainIssue(issue, value))
    throw problemsError(
      name,
      findings.map(({ path, message }) => ({ ...positionOf(path), message })),
    )
  }
  if (service !== undefined && parsed.data.service !== service) {
    const message = `service is '${parsed.data.service}', but it is registered as '${service}'`
    throw problemsError(name, [{ ...positionOf(['service']), message }])
  }
  return { config: parsed.data, written: value as z.input<typeof ServiceConfig> }
}

const checkedPath = (path: string): string => {
  const normal = posix.normalize(path)
  if (posix.isAbsolute(normal) || normal.split('/').includes('..') || normal.startsWith('-')) {
    throw new PersonError('invalid', `The path '${path}' is not one inside the repo.`, { field: 'path' })
  }
  return normal
}
