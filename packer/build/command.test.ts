import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { built, isRunning, namesIn, repoOf, unpacked } from '../../test/fixtures/packer-build.ts'

const isHere = (tool: string, flag: string): boolean => spawnSync(tool, [flag]).status === 0
const commandYaml = (command: string, output: string, more = ''): string =>
  `service: web\nbuild:\n  type: command\n  command: ${command}\n  output: ${output}\n${more}run: { command: ./web }\n`

describe('a service of any language', () => {
  test('is what its own command makes, and of that what build.output names', async () => {
    const repo = await repoOf({
      'service.yaml': commandYaml(
        'mkdir -p out/bin out/tmp && echo "echo $SOURCE" >out/bin/web && chmod +x out/bin/web && touch out/tmp/x a.log b.log',
        "[out/bin, './conf/', '**/*.html', '*.log']",
      ),
      'conf/a.ini': '',
      'site/de/index.html': '',
      'site/de/index.md': '',
      'main.src': '',
    })
    const [first, second] = [await built(repo, 'web'), await built(repo, 'web')]
    expect(first.error).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    expect(namesIn(first.tarball).filter((name) => !name.endsWith('/'))).toEqual([
      ...['.artifact.json', 'a.log', 'b.log', 'conf/a.ini', 'out/bin/web', 'site/de/index.html'],
    ])
  })

  test('whose command fails says how, with its last lines, and leaves no process', async () => {
    const repo = await repoOf({
      'service.yaml': commandYaml('"(setsid sleep 7654 &); echo no rule to make web >&2; exit 2"', '[web]'),
    })
    expect((await built(repo, 'web')).error).toMatchObject({
      code: 'invalid',
      message: 'build.command failed with exit code 2.',
      hint: 'Its last lines: no rule to make web. The build’s log has all of it.',
    })
    expect(isRunning('sleep 7654')).toBe(false)
  })

  test('that does not make what build.output names is refused, and told what there is', async () => {
    const repo = await repoOf({ 'service.yaml': commandYaml('touch wep', '[web]') })
    expect((await built(repo, 'web')).error).toMatchObject({
      message: "There is no 'web' after build.command, and build.output of service.yaml names it.",
      hint: 'Correct build.output; there are: service.yaml, wep.',
    })
  })

  test('cannot take in what a link leads to', async () => {
    const repo = await repoOf({ 'service.yaml': commandYaml('ln -s /etc etc', '[etc/passwd]') })
    expect((await built(repo, 'web')).error).toMatchObject({
      message: expect.stringMatching(/^There is no 'etc\/passwd'/) as string,
    })
  })

  test('names the tools that it needs: a missing one is told of before anything is built', async () => {
    const repo = await repoOf({
      'service.yaml': commandYaml('touch web', '[web]', '  tools: [no-such-compiler]\n'),
    })
    await expect(built(repo, 'web')).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The packer cannot run `no-such-compiler --version`.',
      hint: 'build.tools of service.yaml names it: install no-such-compiler on the packer’s machine.',
    })
  })
})

const outputOf = async (result: Awaited<ReturnType<typeof built>>, program: string): Promise<string> =>
  execFileSync(join(await unpacked(result), program), { encoding: 'utf8' })

describe.skipIf(!isHere('cargo', '--version'))('a Rust service', () => {
  test('is the same bytes when built in another directory, and runs', async () => {
    const repo = await repoOf({
      'service.yaml': commandYaml(
        'cargo build --release --locked',
        '[target/release/web]',
        '  tools: [cargo]\n',
      ),
      'Cargo.toml':
        '[package]\nname = "web"\nversion = "1.0.0"\nedition = "2021"\n[profile.release]\ndebug = true\n',
      'Cargo.lock': 'version = 3\n\n[[package]]\nname = "web"\nversion = "1.0.0"\n',
      'src/main.rs': 'fn main() { println!("Hello from {}", file!()); }\n',
    })
    const [first, second] = [await built(repo, 'web'), await built(repo, 'web')]
    expect(first.error).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    expect(await outputOf(first, 'target/release/web')).toBe('Hello from src/main.rs\n')
  }, 60_000)
})

describe.skipIf(!isHere('go', 'version'))('a Go service', () => {
  test('is the same bytes when built in another directory, and runs', async () => {
    const repo = await repoOf({
      'service.yaml': commandYaml('go build -o web .', '[web]', '  tools: [go]\n'),
      'go.mod': 'module example.com/web\n\ngo 1.19\n',
      'main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("Hello") }\n',
    })
    const [first, second] = [await built(repo, 'web'), await built(repo, 'web')]
    expect(first.error).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    expect(await outputOf(first, 'web')).toBe('Hello\n')
  }, 120_000)
})
