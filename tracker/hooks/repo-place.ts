/** Where a forge has a repo. */
interface RepoPlace {
  readonly host: string
  /** With the port of https, if it is another one; a forge that is cloned by ssh is taken to be at its usual port. */
  readonly origin: string
  /** `ann/web`, with as many groups before it as there are. */
  readonly path: string
}

/** Of an address that git clones; undefined of a directory. */
export const repoPlace = (address: string): RepoPlace | undefined => {
  const [, scheme = 'ssh', host, port = '', path] =
    /^(\w+):\/\/(?:[^@/]*@)?([^/:]+)(:\d+)?\/+(.+)$/.exec(address) ??
    /^()[^@/]+@([^:/]+)():\/*(.+)$/.exec(address) ??
    []
  if (host === undefined || path === undefined) return undefined
  return {
    host,
    origin: scheme.startsWith('http') ? `${scheme}://${host}${port}` : `https://${host}`,
    path: path.replace(/\/+$/, '').replace(/\.git$/, ''),
  }
}
