import { expect, test } from 'vitest'
import { maxOutputLineLength } from '../../shared/messages/host-events.ts'
import { fitToShow } from '../supervisor/output.ts'
import { concealing } from './conceal.ts'

const conceal = concealing([
  {
    id: '1-0123456789ab',
    env: {
      KEY: 'hush-hush',
      LONGER: 'hush-hush-hush',
      PEM: 'begin "of" it\n  the middle\nend of it',
      SHORT: 'short',
      PORT: '8080-plain',
    },
    plain: ['PORT'],
  },
])

test.each([
  ['a hush-hush, twice: hush-hush', 'a [KEY], twice: [KEY]'],
  ['the longer first: hush-hush-hush', 'the longer first: [LONGER]'],
  ['begin "of" it\n  the middle\nend of it.', '[PEM].'],
  ['line by line: the middle', 'line by line: [PEM]'],
  [JSON.stringify({ pem: 'begin "of" it\n  the middle\nend of it' }), '{"pem":"[PEM]"}'],
  ['what is short stays, as does what is plain: short 8080-plain', undefined],
])('%j', (text, concealed = text) => {
  expect(conceal(text)).toBe(concealed)
})

test('of a secret that stands where a line is cut, nothing is left', () => {
  const [line = ''] = fitToShow(`${'x'.repeat(maxOutputLineLength - 4)}hush-hush`, conceal)
  expect(line).not.toContain('hush')
})
