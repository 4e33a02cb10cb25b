import { expect, test } from 'vitest'
import { isNeverAServer } from './never-a-server.ts'

test.each([
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  'fe80::1',
  'fd00:ec2::254',
  '0.0.0.0',
  '::',
  '255.255.255.255',
])('%s is none', (address) => {
  expect(isNeverAServer(address)).toBe(true)
})

test.each(['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', 'fd00::1', '::ffff:10.0.0.1', '1.1.1.1'])(
  '%s may be one',
  (address) => {
    expect(isNeverAServer(address)).toBe(false)
  },
)
