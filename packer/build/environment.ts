import { dirname } from 'node:path'
import { rustupHome } from './rustup-home.ts'

/** What a command needs to reach the network from here, and nothing else. */
const networkVariables = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
]

export const inheritedNetwork = (own: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(['PATH', ...networkVariables].flatMap((name) => (own[name] ? [[name, own[name]]] : [])))

export interface BuildDirectories {
  /** Fresh for every build. */
  readonly home: string
  readonly temporary: string
  /** Kept from build to build of this service: no other trusts what one has left there. */
  readonly cache: string
}

/**
 * All that a build sees: no secrets, nothing of the packer's own but its registry settings (`npmrc`, `pipConfig`).
 * `epoch`, in seconds, is the only time that may get into files.
 */
export const buildEnvironment = (
  own: NodeJS.ProcessEnv,
  directories: BuildDirectories,
  files: { readonly npmrc: string | undefined; readonly pipConfig: string | undefined },
  epoch: number,
): Record<string, string> => ({
  ...inheritedNetwork(own),
  HOME: directories.home,
  TMPDIR: directories.temporary,
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  CI: 'true',
  SOURCE_DATE_EPOCH: String(epoch),
  npm_config_cache: `${directories.cache}/npm`,
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  npm_config_update_notifier: 'false',
  ...(files.npmrc ? { npm_config_userconfig: files.npmrc } : {}),
  PIP_CACHE_DIR: `${directories.cache}/pip`,
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
  ...(files.pipConfig ? { PIP_CONFIG_FILE: files.pipConfig } : {}),
  ...toolchains(own, directories),
  PYTHONHASHSEED: '0',
  PYTHONNOUSERSITE: '1',
})

/** Of Go and Rust: what they download is kept, and where they lie is not written into what they make. */
const toolchains = (own: NodeJS.ProcessEnv, { cache, home }: BuildDirectories): Record<string, string> => ({
  GOCACHE: `${cache}/go/build`,
  GOMODCACHE: `${cache}/go/modules`,
  GOFLAGS: '-trimpath -modcacherw',
  CARGO_HOME: `${cache}/cargo`,
  CARGO_BUILD_RUSTFLAGS: `--remap-path-prefix=${cache}/cargo=/cargo --remap-path-prefix=${dirname(home)}=/build`,
  RUSTUP_HOME: rustupHome(own),
})
