import * as z from 'zod'
import type { Reason, Start } from './proposal.ts'
import { unknownStart } from './proposal.ts'
import type { Survey } from './survey.ts'

const Package = z.object({
  name: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  scripts: z.record(z.string(), z.string()).catch({}).default({}),
  dependencies: z.record(z.string(), z.string()).catch({}).default({}),
  engines: z.object({ node: z.string().optional() }).catch({}).default({}),
})
export type Package = z.output<typeof Package>

export const readPackage = async ({ text }: Survey): Promise<Package | undefined> => {
  const json = await text('package.json')
  if (json === undefined) return undefined
  try {
    return Package.parse(JSON.parse(json))
  } catch {
    return Package.parse({})
  }
}

/** Next.js and its kin read PORT; these are the ports they take without. */
const conventions: Record<string, number> = { next: 3000, nuxt: 3000, 'react-router-serve': 3000 }

export const nodeStart = (found: Package, { names }: Survey): Start => {
  const { start } = found.scripts
  if (start !== undefined) return fromScript(start, found)
  const file = [found.main, 'server.js', 'app.js', 'index.js', 'main.js'].find(
    (name) => name !== undefined && names.has(name.replace(/^\.\//, '')),
  )
  return file === undefined ? unknownStart : { command: `node ${file}`, because: `there is ${file}` }
}

/** Without npm between, signals reach the service, and hosts need no npm. */
const fromScript = (start: string, { dependencies }: Package): Start => {
  const program = start.split(' ')[0] ?? ''
  const because = `package.json's start script is \`${start}\``
  const port = conventions[program]
  const byConvention = port === undefined ? {} : { port }
  if (program === 'node') return { command: start, because }
  return program in dependencies && !/[;&|]/.test(start)
    ? { command: `node_modules/.bin/${start}`, because, ...byConvention }
    : { command: 'npm start', because, ...byConvention }
}

const lockfiles = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock']

export const nodeRemarks = ({ engines, scripts }: Package, { names }: Survey): Reason[] => {
  const lockfile = lockfiles.find((name) => names.has(name))
  return [
    {
      key: 'build',
      because:
        lockfile === undefined
          ? 'NO LOCKFILE: run `npm install` and commit package-lock.json'
          : `there is ${lockfile}`,
    },
    ...('build' in scripts
      ? [{ key: 'build', because: 'package.json has a build script, which is run' }]
      : []),
    ...(engines.node
      ? [{ key: 'build', because: `packer and hosts need Node.js ${engines.node} (engines)` }]
      : []),
  ]
}
