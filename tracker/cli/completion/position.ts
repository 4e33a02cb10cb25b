import type { Command, Option } from 'commander'

/** Where in a command line the cursor is, as the program itself would understand the words before it. */
export interface Position {
  readonly command: Command
  /** How many arguments of the command stand before. */
  readonly argumentsBefore: number
  /** The flag whose value is being typed. */
  readonly flag: Option | undefined
  /** After `--` nothing is a flag. */
  readonly flagsEnded: boolean
  /** Values of flags so far, by the names that the program has for them. */
  readonly given: Readonly<Record<string, string>>
  /** What of the last word is not part of the value: `--cluster=`. */
  readonly prefix: string
  readonly typed: string
}

/** Gives a command its arguments and flags, which are loaded only when it is asked for. */
export type Define = (command: Command) => Promise<void>

/** Reads the words after the program's name; the last is the one under the cursor. */
export const positionOf = async (
  program: Command,
  words: readonly string[],
  define: Define,
): Promise<Position> => {
  let position = startOf(program)
  for (const word of words.slice(0, -1)) position = await after(position, word, define)
  return within(position, words.at(-1) ?? '')
}

/** Every flag that its help shows, the program's own included. */
export const flagsOf = (command: Command): Option[] => {
  const help = command.createHelp()
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)]
}

export const subcommandsOf = (command: Command): Command[] => command.createHelp().visibleCommands(command)

const startOf = (command: Command): Position => ({
  command,
  argumentsBefore: 0,
  flag: undefined,
  flagsEnded: false,
  given: {},
  prefix: '',
  typed: '',
})

const after = async (position: Position, word: string, define: Define): Promise<Position> => {
  const { command, flag, given, argumentsBefore } = position
  if (flag) return { ...position, flag: undefined, given: { ...given, [flag.attributeName()]: word } }
  if (!position.flagsEnded && word === '--') return { ...position, flagsEnded: true }
  if (isFlag(position, word)) return afterFlag(position, word)
  const subcommand = subcommandsOf(command).find((candidate) => candidate.name() === word)
  if (argumentsBefore > 0 || !subcommand) return { ...position, argumentsBefore: argumentsBefore + 1 }
  // `help` takes the same names as the program itself.
  if (!subcommand.parent) return position
  if (!subcommand.parent.parent) await define(subcommand)
  return { ...position, command: subcommand }
}

const afterFlag = (position: Position, word: string): Position => {
  const { name, value } = splitFlag(word)
  const flag = flagNamed(position.command, name)
  if (!flag || isSwitch(flag)) return position
  if (value === undefined) return { ...position, flag }
  return { ...position, given: { ...position.given, [flag.attributeName()]: value } }
}

const within = (position: Position, typed: string): Position => {
  if (position.flag || !isFlag(position, typed)) return { ...position, typed }
  const { name, value } = splitFlag(typed)
  const flag = flagNamed(position.command, name)
  if (value === undefined || !flag) return { ...position, typed }
  return { ...position, flag, prefix: `${name}=`, typed: value }
}

const isFlag = ({ flagsEnded }: Position, word: string): boolean =>
  !flagsEnded && word.startsWith('-') && word !== '-'

const splitFlag = (word: string): { name: string; value: string | undefined } => {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1
  return equals < 0
    ? { name: word, value: undefined }
    : { name: word.slice(0, equals), value: word.slice(equals + 1) }
}

const flagNamed = (command: Command, name: string): Option | undefined =>
  flagsOf(command).find(({ long, short }) => long === name || short === name)

const isSwitch = ({ required, optional }: Option): boolean => !required && !optional
