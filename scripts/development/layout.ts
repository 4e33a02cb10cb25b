import { join, resolve } from 'node:path'
import type { HostPaths } from '../../shared/host/layout.ts'

/** All that scripts/dev keeps; it runs from the project's root. */
const home = resolve('.dev')

export const paths = {
  home,
  bundles: join(home, 'bundles'),
  ports: join(home, 'ports.json'),
  token: join(home, 'token'),
  tracker: join(home, 'tracker'),
  packer: join(home, 'packer'),
  hosts: join(home, 'hosts'),
  repos: join(home, 'repos'),
}

export const hostNames = ['web-1.dev', 'web-2.dev']

export const hostPaths = (name: string): HostPaths => ({
  root: join(paths.hosts, name, 'srv'),
  state: join(paths.hosts, name, 'state'),
})

export const bundleFiles = {
  tracker: join(paths.bundles, 'tracker.js'),
  packer: join(paths.bundles, 'packer.js'),
  grabber: join(paths.bundles, 'grabber.cjs'),
}
export type BundleName = keyof typeof bundleFiles
