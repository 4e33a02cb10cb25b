import * as z from 'zod'
import { Digest } from '../domain/names.ts'
import { defineCall } from './define.ts'

export const artifactUrlCall = defineCall({
  name: 'artifact-url',
  summary:
    'grabber -> tracker: where to download an artifact; the URL works for some minutes and needs no credentials, and the digest decides whether the bytes are the right ones',
  subject: 'at.v1.rpc.{host}.artifact-url',
  request: z.strictObject({ v: z.literal(1), digest: Digest }),
  reply: z.strictObject({ v: z.literal(1), url: z.url() }),
  example: {
    request: { v: 1, digest: 'a'.repeat(64) },
    reply: { v: 1, url: 'https://tracker.example/artifacts/aaaa?expires=1&signature=b' },
  },
})
