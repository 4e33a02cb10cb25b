import { existsSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { rustupHome } from '../rustup-home.ts'
import { isWithin } from './paths.ts'

/**
 * Beside a directory of programs, where what they need lies: of Node.js and Python in a directory of their own, of nvm, pyenv, pipx.
 * Not all that is there, as that may hold credentials (`~/.cargo`) or much else (`~/.local/share`).
 */
const besidePrograms = [
  ...['bin', 'sbin', 'lib', 'lib64', 'libexec', 'include', 'share/pipx', 'pyvenv.cfg'],
  ...['shims', 'versions', 'version', 'plugins'],
]

/** Directories and files of tools that PATH leads to; none that `secrets` lie in. */
export const toolPlaces = (own: NodeJS.ProcessEnv, secrets: readonly string[]): string[] => {
  const programs = (own['PATH'] ?? '')
    .split(':')
    .filter(isAbsolute)
    .map((path) => resolve(path))
  const places = programs.flatMap(placesOf)
  return [...new Set([...places, rustupHome(own)])]
    .filter((place) => !secrets.some((secret) => isWithin(secret, place)))
    .filter((place) => existsSync(place))
}

/** Programs in `node_modules/.bin` are links to what lies beside that. */
const placesOf = (programs: string): string[] => {
  const around = dirname(programs)
  if (basename(programs) === '.bin') return [around]
  return [programs, ...besidePrograms.map((name) => join(around, name))]
}
