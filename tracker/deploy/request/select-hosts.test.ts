import { describe, expect, test } from 'vitest'
import type { HostRow } from '../../db/agents.ts'
import { selectHosts, selectSomeHosts } from './select-hosts.ts'

const host = (name: string, cluster: string, labels: Record<string, string> = {}): HostRow => ({
  id: name,
  name,
  cluster,
  labels,
  lastReportAt: null,
  grabber: null,
})
const hosts = [
  host('web-1.prod', 'prod', { os: 'debian' }),
  host('web-2.prod', 'prod'),
  host('web-1.test', 'test'),
]
const names = (selected: HostRow[]): string[] => selected.map(({ name }) => name)

describe('selecting hosts', () => {
  test('cluster, pattern and labels each narrow it down', () => {
    expect(names(selectHosts(hosts, { clusters: ['prod'], labels: [] }))).toEqual([
      'web-1.prod',
      'web-2.prod',
    ])
    expect(names(selectHosts(hosts, { clusters: [], pattern: '^web-1', labels: [] }))).toEqual([
      'web-1.prod',
      'web-1.test',
    ])
    expect(names(selectHosts(hosts, { clusters: ['prod'], pattern: '-1', labels: ['os=debian'] }))).toEqual([
      'web-1.prod',
    ])
  })

  test('nobody is an error that says what there is', () => {
    expect(() => selectSomeHosts(hosts, { clusters: ['prod'], pattern: 'db', labels: [] })).toThrow(
      'No host matches cluster prod, pattern db.',
    )
  })

  test('a pattern that is no regular expression is named', () => {
    expect(() => selectHosts(hosts, { clusters: [], pattern: '(', labels: [] })).toThrow(
      /host pattern \( is not/,
    )
    expect(() => selectHosts(hosts, { clusters: [], pattern: '(?=x)', labels: [] })).toThrow(
      /not a regular expression/,
    )
  })

  test('a pattern that would hang a backtracking engine is answered at once', () => {
    const long = [host('a'.repeat(200), 'prod')]
    expect(selectHosts(long, { clusters: [], pattern: '^(a+)+$x', labels: [] })).toEqual([])
  })
})
