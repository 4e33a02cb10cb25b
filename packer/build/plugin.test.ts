import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ArtifactManifest } from '../../shared/domain/artifact.ts'
import {
  built,
  examples,
  isRunning,
  namesIn,
  repoOf,
  serviceYaml,
  textIn,
  top,
} from '../../test/fixtures/packer-build.ts'

const path = process.env['PATH'] ?? ''
let plugins: string
beforeEach(async () => {
  plugins = await mkdtemp(join(top, 'plugins-'))
  process.env['PATH'] = `${plugins}:${join(examples, 'builder-plugin')}:${path}`
})
afterEach(() => {
  process.env['PATH'] = path
})

const described = '{"v":1,"kind":"result","identity":"odd 1"}'

/** A shell program that answers `describe` well, and does what it is given to build. */
const plugin = async (build: string, describing = `echo '${described}'`): Promise<void> => {
  const file = join(plugins, 'packer-build-odd')
  const program = `#!/bin/sh\nread -r request\ncase $request in\n*'"describe"'*) ${describing};;\n*) ${build};;\nesac\n`
  await writeFile(file, program)
  await chmod(file, 0o755)
}
const oddRepo = (): Promise<string> => repoOf({ 'service.yaml': serviceYaml('type: odd') })

describe('a service of a type that a plug-in builds', () => {
  test('as in the example is the same bytes when built again elsewhere, with the plug-in’s variables', async () => {
    const repo = await repoOf({
      'service.yaml': serviceYaml('type: pages, with: { title: Tea }'),
      'layout.html': '<title>{{title}}</title>{{page}}',
      'pages/index.html': '<h1>Hello</h1>',
      'pages/about.html': '<h1>About</h1>',
    })
    const [first, second] = [await built(repo, 'web'), await built(repo, 'web')]
    expect(first.error).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    expect(namesIn(first.tarball)).toEqual(['.artifact.json', 'about.html', 'index.html'])
    expect(textIn(first.tarball, 'index.html')).toBe('<title>Tea</title><h1>Hello</h1>')
    expect(first.log).toMatch(/^made about\.html\nmade index\.html$/m)
    const manifest = ArtifactManifest.parse(JSON.parse(textIn(first.tarball, '.artifact.json')))
    expect(manifest.config.run.env).toEqual({ SITE_PAGES: '2' })
  })

  test('as in the example is refused when a plug-in does not take what it is told', async () => {
    const repo = await repoOf({ 'service.yaml': serviceYaml('type: pages, with: { titel: Tea }') })
    await expect(built(repo, 'web')).rejects.toMatchObject({
      code: 'invalid',
      message: "packer-build-pages: build.with has the unknown key 'titel'.",
      hint: 'It takes: title.',
    })
  })

  test('fails as the plug-in says; what it writes to standard error is in the log', async () => {
    await plugin(`echo seen >&2; echo '{"v":1,"kind":"failed","message":"No ore.","hint":"Dig."}'; exit 1`)
    const { error, log } = await built(await oddRepo(), 'web')
    expect(error).toMatchObject({ code: 'invalid', message: 'packer-build-odd: No ore.', hint: 'Dig.' })
    expect(log).toMatch(/^seen$/m)
  })

  test.each([
    ['ends badly', 'echo broken >&2; exit 4', 'packer-build-odd failed with exit code 4.'],
    ['gives no result', 'true', 'packer-build-odd ended with exit code 0 and without a result.'],
    ['prints', 'echo hello', 'packer-build-odd said what its protocol does not have: hello'],
    [
      'gives two results',
      `echo '{"v":1,"kind":"result"}'; echo '{"v":1,"kind":"result"}'`,
      'packer-build-odd said what its protocol does not have: {"v":1,"kind":"result"}',
    ],
    [
      'speaks a later version',
      `echo '{"v":2,"kind":"result"}'`,
      'packer-build-odd said what its protocol does not have: {"v":2,"kind":"result"} (v: Invalid input: expected 1)',
    ],
    [
      'sets a variable that loads foreign code',
      `echo '{"v":1,"kind":"result","env":{"LD_PRELOAD":"x"}}'`,
      expect.stringMatching(/this variable would load foreign code|LD_PRELOAD/) as string,
    ],
    [
      'leaves the service',
      `echo '{"v":1,"kind":"result","directory":"../.."}'`,
      "'../..', which the result of packer-build-odd names, is a link that leads out of the service.",
    ],
    [
      'never ends a line',
      'head -c 300000 /dev/zero | tr "\\\\0" x',
      expect.stringMatching(/^packer-build-odd said what its protocol does not have: x{200}$/) as string,
    ],
  ])('is refused when the plug-in %s', async (_, build, message) => {
    await plugin(build)
    expect((await built(await oddRepo(), 'web')).error).toMatchObject({ message })
  })

  test('is stopped with all that the plug-in started when it takes too long', async () => {
    await plugin('setsid sleep 8765 & sleep 8766')
    const { error } = await built(await oddRepo(), 'web', { timeoutMs: 3000 })
    expect(error).toMatchObject({
      message: 'In the step packer-build-odd: The build took longer than 3 s and was stopped.',
    })
    expect(isRunning('sleep 876')).toBe(false)
  })

  test('is built anew when the plug-in says that it has become another', async () => {
    await plugin(
      `echo '{"v":1,"kind":"result"}'`,
      `echo '{"v":1,"kind":"result","identity":"'$RANDOM$(date +%N)'"}'`,
    )
    expect((await built(await oddRepo(), 'web')).error).toMatchObject({ code: 'conflict' })
  })

  test('is refused when the plug-in cannot say what it is, with the reason', async () => {
    await plugin('true', 'echo no compiler >&2; exit 3')
    await expect(built(await oddRepo(), 'web')).rejects.toMatchObject({
      message: 'packer-build-odd ended with exit code 3 and without a result: no compiler',
    })
  })

  test('that no packer has is refused, and the builder named that was meant', async () => {
    const repo = await repoOf({ 'service.yaml': serviceYaml('type: nodejs') })
    await expect(built(repo, 'web')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(
        /^There is no builder 'nodejs'.* none of node, python, static, command/,
      ) as string,
      hint: 'Correct build.type, or install packer-build-nodejs on every packer.',
    })
  })
})
