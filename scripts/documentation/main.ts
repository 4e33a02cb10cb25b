import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messagesPage } from './messages-page.ts'
import { openapiDocument } from './openapi-document.ts'

const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/messages.md': messagesPage,
  'docs/openapi.json': openapiDocument,
}

const check = process.argv.includes('--check')

for (const [path, write] of Object.entries(pages)) {
  const text = await write()
  const current = await readFile(path, 'utf8').catch(() => '')
  if (text === current) continue
  if (check) {
    console.error(`${path} is not current: run scripts/docs and commit what it writes.`)
    process.exitCode = 1
  } else {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    console.log(`wrote ${path}`)
  }
}
