import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { callApi, type ApiTarget } from '../../shared/api-client.ts'
import { createEnrolment } from '../../shared/api/enrolments.ts'
import { identityFile } from '../../shared/host/layout.ts'
import { runOrThrow } from '../../test/dev-env/bundles.ts'
import { bundleFiles, hostNames, hostPaths, paths } from './layout.ts'
import { Part } from './part.ts'

/** The packer, enrolled when it is started for the first time. */
export const packerPart = async (target: ApiTarget): Promise<Part> => {
  if (!existsSync(join(paths.packer, 'identity.json'))) {
    const { token } = await callApi(target, createEnrolment, { body: { kind: 'packer', name: 'packer-1' } })
    const where = ['--tracker', target.url, '--token', token, '--work', paths.packer]
    await runOrThrow(bundleFiles.packer, ['enroll', ...where])
  }
  return new Part('packer', 'packer', ['run', '--work', paths.packer])
}

/** A grabber for each host, likewise. */
export const grabberParts = (target: ApiTarget): Promise<Part[]> =>
  Promise.all(hostNames.map((name) => grabberPart(target, name)))

const grabberPart = async (target: ApiTarget, name: string): Promise<Part> => {
  const { root, state } = hostPaths(name)
  if (!existsSync(identityFile(state))) {
    await mkdir(root, { recursive: true })
    const body = { kind: 'host' as const, name, cluster: 'dev' }
    const { token } = await callApi(target, createEnrolment, { body })
    const where = ['--tracker', target.url, '--token', token, '--root', root, '--state', state]
    const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : []
    await runOrThrow(bundleFiles.grabber, ['enroll', ...where, ...asRoot])
  }
  return new Part(name, 'grabber', ['run', '--state', state, '--report-interval', '10s'])
}
