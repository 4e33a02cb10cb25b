import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { callApi, type ApiTarget } from '../../shared/api-client.ts'
import { listServices, registerService } from '../../shared/api/services.ts'
import { environmentFile } from '../../shared/host/layout.ts'
import { run } from '../../test/dev-env/bundles.ts'
import { freePort } from '../../test/dev-env/free-port.ts'
import { Repo } from '../../test/dev-env/repo.ts'
import { commitExample } from '../demonstration/examples.ts'
import { bundleFiles, hostNames, hostPaths, paths } from './layout.ts'
import { show } from './screen.ts'

const examples = ['hello-node', 'hello-python']

/** Something to deploy: the examples, registered on the first start. */
export const addExamples = async (target: ApiTarget): Promise<void> => {
  for (const name of examples) {
    const path = join(paths.repos, name)
    if (existsSync(path)) continue
    await commitExample(await Repo.create(path), name)
    for (const host of hostNames) await givePort(host, name)
    await callApi(target, registerService, { body: { name, repo: path } })
  }
}

const givePort = async (host: string, service: string): Promise<void> => {
  const file = environmentFile(hostPaths(host), service)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `PORT=${await freePort()}\n`)
}

/** Ctrl-C ended the services; what was deployed last is started again by deploying it again. */
export const startServices = async (target: ApiTarget): Promise<void> => {
  const { services } = await callApi(target, listServices, {})
  for (const { name, lastDeploy } of services) {
    if (lastDeploy?.state !== 'succeeded') continue
    const args = ['deploy', `${name}@${lastDeploy.version}`, '--all', '--yes', '--reason', 'scripts/dev']
    const { stdout, stderr } = await run(bundleFiles.tracker, args, {
      TRACKER_URL: target.url,
      TRACKER_TOKEN: target.token,
    })
    show(name, (stdout + stderr).trimEnd().split('\n').at(-1) ?? '')
  }
}
