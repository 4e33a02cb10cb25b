import { BlockList, isIP } from 'node:net'

/** Where no server ever is that people mean, but cloud metadata services are. */
const never = new BlockList()
never.addSubnet('0.0.0.0', 8, 'ipv4')
never.addSubnet('169.254.0.0', 16, 'ipv4')
never.addSubnet('224.0.0.0', 3, 'ipv4')
never.addAddress('::', 'ipv6')
never.addSubnet('fe80::', 10, 'ipv6')
never.addSubnet('ff00::', 8, 'ipv6')
never.addAddress('fd00:ec2::254', 'ipv6')
// 169.254.0.0/16 behind a NAT64.
never.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')

/** Whether an IP address is one that nobody may make a program of ours connect to. IPv4 in IPv6 clothes is judged as what it is. */
export const isNeverAServer = (address: string): boolean =>
  never.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
