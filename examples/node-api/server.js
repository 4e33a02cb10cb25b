// Keeps passwords as hashes, by a module in C++, in a file that stays from release to release.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import bcrypt from 'bcrypt'
import Fastify from 'fastify'

const file = join(process.env.APPTRACKER_SHARED_DIR ?? '.', 'passwords.json')
const read = async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
const password = {
  type: 'object',
  required: ['password'],
  properties: { password: { type: 'string', maxLength: 72 } },
}

const app = Fastify({ logger: true })
app.get('/healthz', async () => ({ ok: await bcrypt.compare('well', await bcrypt.hash('well', 4)) }))
app.put('/users/:name', { schema: { body: password } }, async ({ params, body }, reply) => {
  await writeFile(
    file,
    JSON.stringify({ ...(await read()), [params.name]: await bcrypt.hash(body.password, 10) }),
  )
  return reply.code(204).send()
})
app.post('/users/:name/login', { schema: { body: password } }, async ({ params, body }, reply) => {
  const hash = (await read())[params.name]
  const isRight = hash !== undefined && (await bcrypt.compare(body.password, hash))
  return reply.code(isRight ? 200 : 401).send({ ok: isRight })
})

process.once('SIGTERM', () => app.close())
await app.listen({ host: '0.0.0.0', port: Number(process.env.PORT) })
