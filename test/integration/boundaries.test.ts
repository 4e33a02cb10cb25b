import { cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { TemporaryDirectory } from '../dev-env/temporary-directory.ts'

const root = join(import.meta.dirname, '../..')
const sources = ['shared', 'tracker', 'packer', 'grabber', 'versions']

/** A file with a forbidden import, and the rule that must object to it. */
const planted: Readonly<Record<string, { imports: string; rule: string }>> = {
  'tracker/planted-nats.ts': { imports: 'nats', rule: 'nats-only-in-its-adapter' },
  'packer/planted-s3.ts': { imports: '@aws-sdk/client-s3', rule: 's3-only-in-its-adapter' },
  'tracker/http/planted-sqlite.ts': { imports: 'better-sqlite3', rule: 'sqlite-only-in-tracker-db' },
  'tracker/http/planted-child.ts': {
    imports: 'node:child_process',
    rule: 'child-processes-only-where-named',
  },
  'grabber/planted-execa.ts': { imports: 'execa', rule: 'child-processes-only-where-named' },
  'grabber/planted-tracker.ts': { imports: '../tracker/main.ts', rule: 'grabber-imports-itself-and-shared' },
  'tracker/planted-packer.ts': { imports: '../packer/main.ts', rule: 'tracker-imports-itself-and-shared' },
  'packer/planted-grabber.ts': { imports: '../grabber/main.ts', rule: 'packer-imports-itself-and-shared' },
  'versions/planted-tracker.ts': {
    imports: '../tracker/main.ts',
    rule: 'versions-imports-itself-and-shared',
  },
  'shared/planted-tracker.ts': { imports: '../tracker/main.ts', rule: 'shared-imports-no-program' },
  'shared/domain/planted-errors.ts': {
    imports: '../errors.ts',
    rule: 'contracts-import-only-contracts-and-zod',
  },
  'tracker/cli/planted-db.ts': { imports: '../db/open.ts', rule: 'cli-reaches-only-shared' },
  'tracker/web/planted-node.ts': { imports: 'node:fs', rule: 'web-reaches-only-contracts' },
  'tracker/web/planted-errors.ts': { imports: '../../shared/errors.ts', rule: 'web-reaches-only-contracts' },
  'shared/planted-test.ts': { imports: './planted.test.ts', rule: 'production-imports-no-tests' },
  'shared/planted-nothing.ts': { imports: './nowhere.ts', rule: 'unresolved' },
  'shared/planted-cycle.ts': { imports: './planted-cycle.ts', rule: 'no-cycles' },
}

const Cruised = z.object({
  summary: z.object({
    totalCruised: z.int(),
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
})

let directory: TemporaryDirectory
let cruised: z.infer<typeof Cruised>['summary']

beforeAll(async () => {
  directory = await TemporaryDirectory.create()
  await copyProject(directory.path)
  for (const [file, { imports }] of Object.entries(planted)) {
    await mkdir(dirname(join(directory.path, file)), { recursive: true })
    await writeFile(join(directory.path, file), `import '${imports}'\n`)
  }
  await writeFile(join(directory.path, 'shared/planted.test.ts'), 'export {}\n')
  const { stdout } = await execa(join(root, 'node_modules/.bin/depcruise'), [...sources, '-T', 'json'], {
    cwd: directory.path,
    reject: false,
  })
  cruised = Cruised.parse(JSON.parse(stdout)).summary
})
afterAll(() => directory[Symbol.asyncDispose]())

test('the tool looks at all modules, so that its silence means something', () => {
  expect(cruised.totalCruised).toBeGreaterThan(150)
})

test.each(Object.entries(planted))('%s is objected to', (file, { rule }) => {
  const objections = cruised.violations.filter(({ from }) => from === file).map(({ rule: { name } }) => name)
  expect(objections).toContain(rule)
})

const copyProject = async (to: string): Promise<void> => {
  for (const name of [...sources, 'tsconfig.json', 'package.json', '.dependency-cruiser.cjs']) {
    await cp(join(root, name), join(to, name), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(to, 'node_modules'))
}
