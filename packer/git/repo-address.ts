import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { PersonError } from '../../shared/errors.ts'
import { isNeverAServer } from '../../shared/never-a-server.ts'
import type { RepoAddress } from './repo-url.ts'

const inside = new BlockList()
inside.addSubnet('10.0.0.0', 8, 'ipv4')
inside.addSubnet('100.64.0.0', 10, 'ipv4')
inside.addSubnet('127.0.0.0', 8, 'ipv4')
inside.addSubnet('172.16.0.0', 12, 'ipv4')
inside.addSubnet('192.168.0.0', 16, 'ipv4')
inside.addAddress('::1', 'ipv6')
inside.addSubnet('fc00::', 7, 'ipv6')

/**
 * The address of a repo's host, or undefined when there is nothing to look up. Whoever may register a service must not
 * reach into the packer's own network with it: addresses there are refused unless the packer was told to trust the host.
 */
export const checkedAddress = async (
  { url, protocol, host }: RepoAddress,
  trustedHosts: ReadonlySet<string>,
): Promise<string | undefined> => {
  if (host === undefined || protocol === 'http') return undefined
  const addresses = await lookup(host, { all: true }).catch(() => [])
  for (const { address } of addresses) {
    if (!isAllowed(address, trustedHosts.has(host))) {
      throw new PersonError(
        'invalid',
        `Repo ${url} is refused: ${host} is ${address}, an address inside the packer's own network.`,
        {
          hint: `If it is your git server, start the packer with --trust-repo-host ${host}.`,
          field: 'repo',
        },
      )
    }
  }
  return addresses[0]?.address
}

const isAllowed = (address: string, trusted: boolean): boolean => {
  // An IPv4 address in IPv6 clothes is judged as what it is.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4'
  return !isNeverAServer(address) && (trusted || !inside.check(plain, family))
}
