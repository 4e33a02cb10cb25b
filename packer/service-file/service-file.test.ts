import { describe, expect, test } from 'vitest'
import { parseServiceFile } from './service-file.ts'

const good = `service: web
build:
  type: node
run:
  command: node server.js
  stop: { grace: 3s }
health:
  http: { port: $PORT, path: /healthz }
`
const refusal = (text: string): string => {
  try {
    parseServiceFile('service.yaml', text, 'web')
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

describe('a service file', () => {
  test('is read into milliseconds, and kept as written', () => {
    const { config, written } = parseServiceFile('service.yaml', good, 'web')
    expect(config.run.stop.grace).toBe(3000)
    expect(written.run.stop?.grace).toBe('3s')
  })

  test.each([
    [
      'an unknown key',
      good.replace('command:', 'comand: x\n  command:'),
      "service.yaml:5:3: unknown key 'comand' in run; did you mean 'command'?",
    ],
    [
      'an unknown key unlike any',
      `${good}zebra: 1\n`,
      "service.yaml:9:1: unknown key 'zebra' at the top; there are: service, build, run, health, hooks, rollout, keep_releases",
    ],
    ['a duplicate key', `${good}service: web\n`, 'service.yaml:9:1: Map keys must be unique'],
    ['a tab', good.replace('  type', '\ttype'), 'service.yaml:3:1: Tabs are not allowed as indentation'],
    [
      'a port too high',
      good.replace('$PORT', '70000'),
      'service.yaml:8:11: health.http.port: Too big: expected number to be <=65535',
    ],
    [
      'a duration in words',
      good.replace('3s', 'soon'),
      'service.yaml:6:11: run.stop.grace: a duration is a number and a unit: 250ms, 15s, 2m, 1h or 3d',
    ],
    [
      'a loader variable',
      good.replace('run:', 'run:\n  env: { LD_PRELOAD: x }'),
      'service.yaml:5:10: run.env.LD_PRELOAD: this variable would load foreign code into the service',
    ],
    [
      'a type that nothing could be called',
      good.replace('type: node', 'type: Ruby'),
      'service.yaml:3:3: build.type: a builder’s name is up to 31 lower-case letters, digits, dashes',
    ],
    ['no type', good.replace('type: node', 'script: x'), 'service.yaml:2:1: build.type: is missing'],
    [
      'a key of another type of build',
      good.replace('type: node', 'type: node\n  comand: make'),
      "service.yaml:4:3: unknown key 'comand' in build of type 'node'; there are: on, timeout, type, script",
    ],
    [
      'a key that no plug-in has',
      good.replace('type: node', 'type: ruby\n  wit: {}'),
      "service.yaml:4:3: unknown key 'wit' in build of type 'ruby'; did you mean 'with'?",
    ],
    [
      'an output outside of the service',
      good.replace('type: node', 'type: command\n  command: make\n  output: [../secret]'),
      'service.yaml:5:3: build.output.0: a path is relative, stays in the service’s directory',
    ],
    [
      'a list for a value',
      good.replace('command: node server.js', 'command: [node]'),
      'service.yaml:5:3: run.command: expected string, received array',
    ],
    [
      'a missing command',
      good.replace('command: node server.js', 'env: {}'),
      'service.yaml:4:1: run.command: is missing',
    ],
    [
      'another service',
      good.replace('service: web', 'service: api'),
      "service.yaml:1:1: service is 'api', but it is registered as 'web'",
    ],
    [
      'an alias',
      `${good}keep_releases: &n 5\nrollout: { canary: *n }\n`,
      'service.yaml:10:20: aliases (*name) are not supported; write the value out',
    ],
    ['a tag', good.replace('type: node', 'type: !js node'), 'service.yaml:3:9: Unresolved tag: !js'],
    ['two documents', `${good}---\na: 1\n`, 'service.yaml:9:1: '],
    ['nothing', '', 'service.yaml:1:1: the file: expected object, received null'],
  ])('with %s is refused with its place', (_, text, message) => {
    expect(refusal(text)).toContain(message)
  })

  test('tells of several problems at once', () => {
    const text = good.replace('3s', 'soon').replace('type: node', 'type: Ruby')
    expect(refusal(text).match(/service\.yaml:\d+:\d+: /g)).toHaveLength(2)
  })

  test('full of nested brackets or an alias bomb is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'
        .split('')
        .map((key, index) => `${key}: &${key} [${`*${'abcdefgh'[index] ?? ''},`.repeat(9)}]`),
    ].join('\n')
    expect(refusal(bomb)).toContain('aliases')
    expect(refusal('['.repeat(16_000))).toMatch(/^service\.yaml:\d+:\d+: /)
  })
})
