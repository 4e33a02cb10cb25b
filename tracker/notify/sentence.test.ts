import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { DeployNotification } from '../../shared/domain/notification.ts'
import { sentenceOf, type Told } from './sentence.ts'
import { slackTextOf } from './slack-text.ts'

const told = (more: Partial<Told>): Told => ({
  service: 'web',
  version: 'v2',
  outcome: 'succeeded',
  counts: { committed: 12 },
  total: 12,
  ...more,
})
const why = 'web-1: web ended by itself.'

describe('in words', () => {
  test.each<[Partial<Told>, string]>([
    [{}, 'web v2 is on 12 hosts.'],
    [{ counts: { skipped: 1 }, total: 1 }, 'web v2 is on 1 host.'],
    [{ rollbackOf: 11, version: 'v1' }, 'web v1 (rollback of deploy 11) is on 12 hosts.'],
    [{ retryOf: 11 }, 'web v2 (retry of deploy 11) is on 12 hosts.'],
    [
      { outcome: 'partial', counts: { committed: 9, skipped: 1, late: 2 }, why: 'It is long.' },
      'web v2 is on 10 of 12 hosts; 2 late: they take it when they are back.',
    ],
    [
      { outcome: 'partial', counts: { committed: 11, late: 1 } },
      'web v2 is on 11 of 12 hosts; 1 late: it takes it when it is back.',
    ],
    [
      { outcome: 'partial', counts: { committed: 10, 'rolled-back': 1, late: 1 }, why },
      `web v2 is on 10 of 12 hosts; 1 rolled-back, 1 late: ${why}`,
    ],
    [
      { outcome: 'partial', why: 'web-1: no version report has shown it running' },
      'web v2 is on 12 hosts: web-1: no version report has shown it running.',
    ],
    [
      { outcome: 'rolled-back', counts: { 'rolled-back': 3, staged: 9 }, why },
      `web v2 was rolled back on 3 of 12 hosts: ${why}`,
    ],
    [
      { outcome: 'failed', counts: { failed: 2, unreachable: 1, staged: 9 }, why },
      `web v2 failed on 3 of 12 hosts: ${why}`,
    ],
    [
      { outcome: 'failed', counts: { assigned: 12 }, why: 'The build failed: npm ci' },
      'web v2 failed: The build failed: npm ci.',
    ],
    [
      {
        outcome: 'cancelled',
        counts: { committed: 3, checking: 1, staged: 8 },
        why: 'Cancelled by ann: slow.',
      },
      'web v2 is on 3 of 12 hosts, 1 in the middle of it, and goes no further. Cancelled by ann: slow.',
    ],
    [
      { outcome: 'cancelled', counts: { staged: 12 }, why: 'Cancelled by ann.' },
      'web v2 is on none of 12 hosts, and goes no further. Cancelled by ann.',
    ],
    [
      {
        outcome: 'paused',
        counts: { committed: 1, staged: 11 },
        why: 'The canary web-1 runs it: `tracker promote 12` goes on, `tracker rollback 12` goes back.',
      },
      'web v2 is paused, on 1 of 12 hosts so far. The canary web-1 runs it: `tracker promote 12` goes on, `tracker rollback 12` goes back.',
    ],
  ])('%j', (more, sentence) => {
    expect(sentenceOf(told(more))).toBe(sentence)
  })
})

describe('for Slack', () => {
  const notification: DeployNotification = {
    v: 1,
    kind: 'deploy',
    deployId: 12,
    ...told({ outcome: 'failed' }),
    outcome: 'failed',
    text: 'web v2 failed on 1 host: <!channel> & co.',
    who: 'ann',
    reason: '<http://evil.example|click>',
    url: 'https://tracker.example/deploys/12',
    at: 1,
  }

  test('the outcome, the sentence, a link, who and why; nothing of it calls a channel or links elsewhere', () => {
    expect(slackTextOf(notification)).toBe(
      '✗ *failed*  web v2 failed on 1 host: &lt;!channel&gt; &amp; co.\n' +
        '<https://tracker.example/deploys/12|Deploy 12> by ann: &lt;http://evil.example|click&gt;',
    )
  })
})

test('the example of docs/notifications.md is one', async () => {
  const page = await readFile(new URL('../../docs/notifications.md', import.meta.url), 'utf8')
  const example = DeployNotification.parse(JSON.parse(/```json\n([^]*?)```/.exec(page)?.[1] ?? ''))
  expect(sentenceOf(example)).toBe(example.text)
})
