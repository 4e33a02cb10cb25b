import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { PersonError } from '../../shared/errors.ts'
import { isNeverAServer } from '../../shared/never-a-server.ts'

/** Throws `invalid` when a URL names an address that a tracker must not be made to call. */
export const requireCallable = ({ hostname }: URL): void => {
  const address = hostname.replace(/^\[|\]$/g, '')
  const refusal = isIP(address) === 0 ? undefined : refusalOf(address, [address])
  if (refusal) throw refusal
}

/** Looks at the very address that is connected to: a name may have another one each time it is asked. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const plain = error === null ? addresses.map(({ address }) => address) : []
    const failure = error ?? refusalOf(hostname, plain)
    if (failure) callback(failure, '')
    else if (options.all) callback(null, addresses)
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family)
  })
}

const refusalOf = (host: string, addresses: readonly string[]): PersonError | undefined => {
  const refused = addresses.find(isNeverAServer)
  if (refused === undefined) return undefined
  const named = host === refused ? host : `${host} (${refused})`
  return new PersonError(
    'invalid',
    `${named} is a link-local or metadata address, which a tracker never calls.`,
    {
      field: 'url',
      hint: 'Give the address of the server that is to be told.',
    },
  )
}
