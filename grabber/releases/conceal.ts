import type { HostConfig } from '../../shared/domain/settings.ts'

/** Puts the names of secrets where a text has their values. */
export type Conceal = (text: string) => string

/** What is shorter stands in every text, and would tell more by being replaced. */
const shortest = 6

/** A secret is looked for as it is, as JSON has it, and line by line: output is shown in lines. */
export const concealing = (configs: readonly HostConfig[]): Conceal => {
  const forms = configs
    .flatMap(secretsOf)
    .flatMap(({ name, value }) => formsOf(value).map((form) => ({ name, form })))
    .sort((one, other) => other.form.length - one.form.length)
  return (text) => forms.reduce((left, { name, form }) => left.replaceAll(form, () => `[${name}]`), text)
}

const secretsOf = ({ env, plain }: HostConfig): { name: string; value: string }[] =>
  Object.entries(env)
    .filter(([name]) => !plain.includes(name))
    .map(([name, value]) => ({ name, value }))

const formsOf = (value: string): string[] => {
  const forms = [value, JSON.stringify(value).slice(1, -1), ...value.split('\n').map((line) => line.trim())]
  return [...new Set(forms)].filter((form) => form.length >= shortest)
}
