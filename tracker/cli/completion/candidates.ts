import type { Argument, Command, Option } from 'commander'
import { flagsOf, subcommandsOf, type Position } from './position.ts'
import { valuesOf, type Ask, type Candidate } from './values.ts'

/** All that fits what is typed so far; `files` where only the shell itself knows. */
export const candidatesAt = async (position: Position, ask: Ask): Promise<Candidate[] | 'files'> => {
  const all = await everythingAt(position, ask)
  if (all === 'files') return all
  return all
    .filter(({ value }) => value.startsWith(position.typed))
    .map(({ value, about }) => ({ value: position.prefix + value, about }))
}

const everythingAt = async (position: Position, ask: Ask): Promise<Candidate[] | 'files'> => {
  const { command, flag, flagsEnded, argumentsBefore, typed } = position
  if (flag) return valuesAt(position, ask, flag.argChoices, [flag.long ?? '', placeholderOf(flag)])
  if (!flagsEnded && typed.startsWith('-')) return flagsOf(command).map(flagCandidate)
  if (argumentsBefore === 0 && command.commands.length > 0)
    return subcommandsOf(command).map(commandCandidate)
  const argument = argumentAt(command.registeredArguments, argumentsBefore)
  if (!argument) return []
  const name = `<${argument.name()}>`
  return valuesAt(position, ask, argument.argChoices, [`${command.name()} ${name}`, name])
}

/** `keys`: what the value is known by, the most particular first. */
const valuesAt = async (
  { typed }: Position,
  ask: Ask,
  choices: readonly string[] | undefined,
  keys: readonly string[],
): Promise<Candidate[] | 'files'> => {
  if (choices) return choices.map((value) => ({ value, about: '' }))
  const values = keys.map((key) => valuesOf[key]).find((found) => found !== undefined)
  return values === 'files' ? values : ((await values?.(ask, typed)) ?? [])
}

const commandCandidate = (command: Command): Candidate => ({
  value: command.name(),
  about: command.description(),
})

const flagCandidate = ({ long, short, description }: Option): Candidate => ({
  value: long ?? short ?? '',
  about: description,
})

const argumentAt = (all: readonly Argument[], index: number): Argument | undefined => {
  const last = all.at(-1)
  return all[index] ?? (last?.variadic ? last : undefined)
}

const placeholderOf = ({ flags }: Option): string => /<.*>|\[.*\]/.exec(flags)?.[0] ?? ''
