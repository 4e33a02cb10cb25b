import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { HookSource } from '../../../shared/domain/hook.ts'
import { forgeCall, payload } from '../../../test/fixtures/forge-call.ts'
import type { Push } from '../push.ts'
import { sources } from './sources.ts'

const now = 1_790_000_000_000
const secret = 'ats_a-secret'
const before = '1f0c9d2b7a64e3a58c11d0b5a7f6e2c4938b7d61'
const after = '8d5a3c0e92f14b7680aa5c3d1e7f42b96c08f3da'
const forced = 'c3b9e6f0418d27a5be6f9d0c7a1834e5d2f6b097'
const signing = ['github', 'gitea', 'gitlab', 'generic'] as const

const callOf = (source: HookSource, said: object, more: { event?: string; secret?: string } = {}) => {
  const { body, headers } = forgeCall(source, said, more.secret ?? secret, { now, ...more })
  return { body: Buffer.from(body), headers }
}
const read = (name: string, event?: string) => {
  const source = HookSource.parse(name.split('/')[0])
  const said = payload(name)
  return sources[source].read(callOf(source, said, event === undefined ? {} : { event }).headers, said)
}

describe.each(signing)('a call of %s', (name) => {
  const source = sources[name]
  const genuine = () => callOf(name, { ref: 'refs/heads/main' })

  test('with its secret is believed', () => {
    expect(() => source.verify(genuine(), secret, now)).not.toThrow()
  })

  test('with another secret, or with none, is not', () => {
    for (const wrong of ['ats_another', '', `${secret}x`]) {
      const call = callOf(name, { ref: 'refs/heads/main' }, { secret: wrong })
      expect(() => source.verify(call, secret, now)).toThrow(
        expect.objectContaining({ code: 'unauthenticated' }),
      )
    }
    const bare = { headers: {}, body: genuine().body }
    expect(() => source.verify(bare, secret, now)).toThrow(/not signed/)
  })
})

test.each(['github', 'gitea', 'generic'] as const)(
  'a body of %s that was changed is not believed',
  (name) => {
    const { headers } = callOf(name, { ref: 'refs/heads/main' })
    const call = { headers, body: Buffer.from('{"ref":"refs/heads/evil"}') }
    expect(() => sources[name].verify(call, secret, now)).toThrow(/does not fit/)
  },
)

test('Forgejo’s own header is taken', () => {
  const body = Buffer.from('{}')
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const call = { headers: { 'x-forgejo-signature': signature }, body }
  expect(() => sources.gitea.verify(call, secret, now)).not.toThrow()
  expect(() => sources.gitea.verify(call, 'another', now)).toThrow(/X-Forgejo-Signature does not fit/)
})

describe('a signing token of GitLab', () => {
  const token = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const signed = (at: number, text = '{}') => {
    const timestamp = String(at / 1000)
    const signature = createHmac('sha256', Buffer.alloc(32, 7))
      .update(`id-1.${timestamp}.${text}`)
      .digest('base64')
    const headers = {
      'webhook-id': 'id-1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,AAAA v1,${signature}`,
    }
    return { headers, body: Buffer.from('{}') }
  }

  test('signs with its time, which must not be long ago', () => {
    expect(() => sources.gitlab.verify(signed(now), token, now)).not.toThrow()
    expect(() => sources.gitlab.verify(signed(now, '{"a":1}'), token, now)).toThrow(/does not fit/)
    expect(() => sources.gitlab.verify(signed(now - 301_000), token, now)).toThrow(/5 minutes/)
    expect(() => sources.gitlab.verify(signed(now + 301_000), token, now)).toThrow(/5 minutes/)
  })

  test('that does not fit is not made good by the secret token', () => {
    const { headers, body } = signed(now, 'other')
    const call = { headers: { ...headers, 'x-gitlab-token': token }, body }
    expect(() => sources.gitlab.verify(call, token, now)).toThrow(/webhook-signature/)
  })
})

test('a generic call counts for five minutes', () => {
  const call = callOf('generic', { ref: 'main' })
  expect(() => sources.generic.verify(call, secret, now + 299_000)).not.toThrow()
  expect(() => sources.generic.verify(call, secret, now + 301_000)).toThrow(/5 minutes/)
  const later = { ...call, headers: { ...call.headers, 'x-apptracker-timestamp': String(now / 1000 + 300) } }
  expect(() => sources.generic.verify(later, secret, now + 301_000)).toThrow(/does not fit/)
})

describe('a push is understood', () => {
  const repos = [
    'https://forge.example/ann/shop.git',
    'git@forge.example:ann/shop.git',
    'https://forge.example/ann/shop',
  ]
  const message = expect.stringContaining('Greet in Portuguese') as string
  const main: Partial<Push> = {
    ref: 'refs/heads/main',
    before,
    commit: after,
    by: 'ann',
    defaultBranch: 'main',
    message,
  }

  test.each(['github/push', 'gitea/push', 'gitlab/push', 'gitlab/many-commits'])('%s', (name) => {
    expect(read(name)).toMatchObject({ push: main })
  })

  test.each(['github/push', 'gitea/push'])('%s names its repo', (name) => {
    expect(read(name)).toMatchObject({ push: { repos } })
  })

  test.each(['github/merge', 'github/forced'])('%s', (name) => {
    expect(read(name)).toMatchObject({ push: { ref: 'refs/heads/main', commit: forced, message } })
  })

  test.each(['github/tag', 'gitea/tag', 'gitlab/tag'])('%s, whose id may be that of a tag', (name) => {
    const reading = read(name)
    expect(reading).toMatchObject({ push: { ref: 'refs/tags/v2' } })
    expect(reading).not.toHaveProperty('push.commit')
  })

  test.each(['github/new-branch', 'gitea/new-branch', 'gitlab/new-branch'])(
    '%s has nothing before it',
    (name) => {
      const reading = read(name)
      expect(reading).toMatchObject({ push: { ref: 'refs/heads/feature/pt', commit: after } })
      expect(reading).not.toHaveProperty('push.before')
    },
  )

  test('a generic one names a branch, or all in full; without a ref it is the default branch', () => {
    const asked = (said: object) => sources.generic.read({}, said)
    expect(asked({ ref: 'main', commit: after })).toMatchObject({
      push: { ref: 'refs/heads/main', commit: after },
    })
    expect(asked({ ref: 'refs/tags/v2', message: 'x' })).toMatchObject({
      push: { ref: 'refs/tags/v2', message: 'x' },
    })
    expect(asked({})).toMatchObject({ push: { ref: 'HEAD' } })
    expect(() => asked({ branch: 'main' })).toThrow()
  })
})

describe('there is nothing to do about', () => {
  test.each([
    ['github/deleted-branch', undefined, 'feature/pt was deleted.'],
    ['gitea/deleted-branch', undefined, 'feature/pt was deleted.'],
    ['gitlab/deleted-branch', undefined, 'feature/pt was deleted.'],
    ['gitea/test', undefined, 'A test: before and after are the same commit.'],
    ['github/ping', 'ping', 'A ping: the hook is set up.'],
    ['github/push', 'pull_request', "There is nothing to do about the event 'pull_request'."],
    ['gitea/push', 'create', "There is nothing to do about the event 'create'."],
  ])('%s as %s', (name, event, nothing) => {
    expect(read(name, event)).toEqual({ nothing })
  })

  test('an issue of GitLab, and a note at GitHub', () => {
    expect(sources.gitlab.read({ 'x-gitlab-event': 'Issue Hook' }, { object_kind: 'issue' })).toEqual({
      nothing: "There is nothing to do about the event 'Issue Hook'.",
    })
    const note = { ...payload('github/push'), ref: 'refs/notes/commits' }
    expect(sources.github.read({ 'x-github-event': 'push' }, note)).toEqual({
      nothing: 'refs/notes/commits is neither a branch nor a tag.',
    })
  })
})

test.each(['github', 'gitea', 'gitlab'] as const)('what is no push of %s is refused', (name) => {
  const said = { ...payload(`${name}/push`), ref: 7 }
  expect(() => sources[name].read(callOf(name, said).headers, said)).toThrow(/ref/)
})

test('two branches of one push are two deliveries of GitLab, also where it sends no key for each', () => {
  const keyOf = (name: string) => {
    const call = { headers: { 'x-gitlab-event-uuid': 'u' }, body: Buffer.alloc(0) }
    return sources.gitlab.keyOf(call, read(name))
  }
  expect(keyOf('gitlab/push')).toBe(keyOf('gitlab/push'))
  expect(keyOf('gitlab/push')).not.toBe(keyOf('gitlab/new-branch'))
})
