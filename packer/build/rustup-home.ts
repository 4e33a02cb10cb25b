import { homedir } from 'node:os'

/** Where rustup’s programs find the compilers: else they look in HOME, and a build has one of its own. */
export const rustupHome = (own: NodeJS.ProcessEnv): string => own['RUSTUP_HOME'] ?? `${homedir()}/.rustup`
