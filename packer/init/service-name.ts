import type { Package } from './node-start.ts'
import type { Survey } from './survey.ts'

/** A name as services have it, and where it comes from. */
export const serviceName = async (
  { name, text }: Survey,
  found: Package | undefined,
): Promise<{ name: string; because: string }> => {
  const project = /^\[project\][^[]*?^name\s*=\s*['"]([^'"]+)/m.exec(
    (await text('pyproject.toml')) ?? '',
  )?.[1]
  const named = [
    { from: found?.name?.replace(/^@[^/]*\//, ''), because: 'the name in package.json' },
    { from: project, because: 'the name in pyproject.toml' },
    { from: name, because: 'the directory’s name' },
  ]
  for (const { from = '', because } of named) {
    const word = wordOf(from)
    if (word !== '') return { name: word, because }
  }
  return { name: 'service', because: 'no name was found' }
}

const wordOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
