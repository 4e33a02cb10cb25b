import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { Parser } from 'tar'
import type * as z from 'zod'
import { ArtifactManifest, manifestPath } from '../../shared/domain/artifact.ts'
import { maxServiceFileBytes } from '../service-file/parse-yaml.ts'
import type { InspectedEntry } from './entry.ts'

/** JSON of a service file, indented, with what a builder adds to it. */
const maxBytes = 8 * maxServiceFileBytes

/** The manifest of a tarball whose entries were found good, as written (`15s`, not 15000). Throws the end of a sentence about the file. */
export const manifestIn = async (
  file: string,
  entries: readonly InspectedEntry[],
  signal: AbortSignal,
): Promise<z.input<typeof ArtifactManifest>> => {
  const entry = entries.find(({ path }) => path === manifestPath)
  if (entry === undefined) throw new Error(`there is no ${manifestPath} in it`)
  if (entry.size > maxBytes) throw new Error(`its ${manifestPath} is ${entry.size} bytes`)
  const manifest = parseJson(await contentOf(file, manifestPath, signal))
  const parsed = ArtifactManifest.safeParse(manifest)
  if (parsed.success) return manifest as z.input<typeof ArtifactManifest>
  const findings = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`its ${manifestPath} is not one that this packer knows: ${findings.join('; ')}`)
}

/** Reads no further than the entry: it is among the first. */
const contentOf = async (file: string, path: string, signal: AbortSignal): Promise<string> => {
  const found = new AbortController()
  let content = ''
  const parser = new Parser({
    strict: true,
    filter: (name) => name.replace(/^(\.\/+)+/, '') === path,
    onReadEntry: (entry) => {
      void entry.concat().then((bytes) => {
        content = bytes.toString()
        found.abort()
      })
    },
  })
  const until = AbortSignal.any([signal, found.signal])
  await pipeline(createReadStream(file), createGunzip(), parser as unknown as NodeJS.WritableStream, {
    signal: until,
  }).catch((error: unknown) => {
    if (!found.signal.aborted) throw error
  })
  return content
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`its ${manifestPath} is not JSON`)
  }
}
