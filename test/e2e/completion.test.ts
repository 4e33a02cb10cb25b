import { execa } from 'execa'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundles, environment, run } from '../dev-env/bundles.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { ShellUser } from '../dev-env/shell-user.ts'

let fleet: Constellation
let home: NodeJS.ProcessEnv

beforeAll(async () => {
  fleet = await Constellation.start({
    hosts: [
      { name: 'web-1.prod', cluster: 'prod', labels: { rack: 'a' } },
      { name: 'web-2.test', cluster: 'test', labels: { rack: 'b' } },
    ],
  })
  const web = await fleet.addService('web')
  for (const version of ['v1', 'v2']) {
    await web.commit(version)
    expect(await fleet.tracker.cli('deploy', `web@${version}`, '-c', 'prod')).toMatchObject({ code: 0 })
  }
  home = await logIn(join(fleet.directory, 'home'))
})
afterAll(() => fleet[Symbol.asyncDispose]())

/** A person with `tracker` on the PATH, who is logged in. What is to be run is only shown. */
const logIn = async (directory: string): Promise<NodeJS.ProcessEnv> => {
  const { url, token = '' } = fleet.tracker.target
  await mkdir(directory)
  const runs = `exec '${process.execPath}' '${bundles.tracker}' "$@"`
  const program = `#!/bin/sh\ncase $1 in complet*|login) ${runs} ;; esac\necho "It runs: $*."\n`
  await writeFile(join(directory, 'tracker'), program, { mode: 0o755 })
  const env = { ...environment, HOME: directory, PATH: `${directory}:${environment['PATH'] ?? ''}` }
  await execa('tracker', ['login', url, '--token', token], { env, extendEnv: false })
  return env
}

const complete = async (...words: string[]): Promise<string[]> => {
  const { url, token } = fleet.tracker.target
  const env = { ...environment, TRACKER_URL: url, TRACKER_TOKEN: token }
  return (await run(bundles.tracker, ['complete', '--', ...words], env)).stdout.split('\n')
}

describe('asked by a shell, the tracker answers', () => {
  test.each<[string[], RegExp[]]>([
    [['deploy', 'w'], [/^web@\tv2, succeeded \d+s ago$/]],
    [
      ['deploy', 'web@'],
      [/^web@v2\tbuilt \d+s ago: /, /^web@v1\tbuilt \d+s ago: /],
    ],
    [
      ['deploy', 'web@sha256:'],
      [/^web@sha256:[0-9a-f]{12}\tv2, /, /^web@sha256:[0-9a-f]{12}\tv1, /],
    ],
    [
      ['deploy', 'web@v2', '-c', ''],
      [/^prod\t1 host$/, /^test\t1 host$/],
    ],
    [['deploy', 'web@v2', '-H', 'web-2'], [/^web-2\.test\ttest, reporting$/]],
    [
      ['deploy', 'web@v2', '-l', ''],
      [/^rack=a\t1 host$/, /^rack=b\t1 host$/],
    ],
    [
      ['retry', ''],
      [/^2\tweb v2, succeeded/, /^1\tweb v1, succeeded/],
    ],
    [['cancel', ''], [/^$/]],
    [['serve', '--data', ''], [/^:files$/]],
  ])('%j', async (words, lines) => {
    expect(await complete(...words)).toEqual(lines.map((line) => expect.stringMatching(line) as string))
  })
})

interface Typed {
  readonly keys: string
  readonly runs: string
}

const typed: readonly Typed[] = [
  { keys: 'tracker dep\tx', runs: 'deploy x' },
  { keys: 'tracker deploy w\t', runs: 'deploy web@' },
  { keys: 'tracker deploy web@v\t2', runs: 'deploy web@v2' },
  { keys: 'tracker deploy web@v2\t-c p\t', runs: 'deploy web@v2 -c prod' },
  { keys: 'tracker deploy web@v2 --cluster=p\t', runs: 'deploy web@v2 --cluster=prod' },
  { keys: 'tracker deploy web@v2 --det\t', runs: 'deploy web@v2 --detach' },
  { keys: 'tracker deploy "web@v2" -l rack=a\t', runs: 'deploy web@v2 -l rack=a' },
  { keys: "tracker deploy web@v2 -H 'web-1\t", runs: 'deploy web@v2 -H web-1.prod' },
  { keys: 'true; tracker watch --reason "a b" 2\t', runs: 'watch --reason a b 2' },
  { keys: 'tracker serve --data /usr/shar\tman', runs: 'serve --data /usr/share/man' },
]

const expectRun = async (user: ShellUser, { keys, runs }: Typed): Promise<void> => {
  const [, ran] = await user.type(`${keys}\n`, /It runs: (.*?) ?\.\r?\n/)
  expect(ran).toBe(runs)
}

describe('in bash', () => {
  let user: ShellUser
  beforeAll(async () => {
    user = await ShellUser.start('bash --norc -i', 'PS1=; source <(tracker completion bash)', home)
  })
  afterAll(() => user[Symbol.asyncDispose]())

  test.each(typed)('$keys', (line) => expectRun(user, line))

  test('versions are listed, the newest first', async () => {
    await user.type('tracker deploy web@\t\t\t', /@v2 +@v1/)
    await user.type('\u0015', /$/)
  })
})

describe.skipIf(!(await isInstalled('zsh')))('in zsh', () => {
  let user: ShellUser
  beforeAll(async () => {
    const setup = 'PS1=; autoload -U compinit; compinit -uD; source <(tracker completion zsh)'
    user = await ShellUser.start('zsh -f -i', setup, home)
  })
  afterAll(() => user[Symbol.asyncDispose]())

  test.each(typed)('$keys', (line) => expectRun(user, line))

  test('versions are listed with what they are, the newest first', async () => {
    await user.type('tracker deploy web@\t\t', /web@v2 .*-- built.*web@v1 .*-- built/s)
    await user.type('\u0015', /$/)
  })
})

describe.skipIf(!(await isInstalled('fish')))('in fish', () => {
  const fish = async (line: string): Promise<string[]> => {
    const script = 'source (tracker completion fish | psub); complete --do-complete $argv[1]'
    const { stdout } = await execa('fish', ['--no-config', '-c', script, line], {
      env: home,
      extendEnv: false,
    })
    return stdout.split('\n').map((each) => each.split('\t')[0] ?? '')
  }

  test.each<[string, string[]]>([
    ['tracker dep', ['deploy']],
    ['tracker deploy w', ['web@']],
    ['tracker deploy web@', ['web@v2', 'web@v1']],
    ['tracker deploy web@v2 -c ', ['prod', 'test']],
    ['tracker deploy web@v2 --cluster=p', ['--cluster=prod']],
    ['tracker deploy "web@v2" -H web-1', ['web-1.prod']],
    ['tracker serve --data /usr/shar', ['/usr/share/']],
  ])('%s', async (line, values) => {
    expect(await fish(line)).toEqual(values)
  })
})

async function isInstalled(shell: string): Promise<boolean> {
  return (await execa(shell, ['--version'], { reject: false })).exitCode === 0
}
