import { DirectoryStore } from '../../shared/adapters/directory-store.ts'
import type { TrackerContext } from '../../tracker/context.ts'
import { Store } from '../../tracker/db/store.ts'
import { buildHttp } from '../../tracker/http/server.ts'

/** docs/openapi.json: the document that a tracker serves at /api/v1/openapi.json. */
export const openapiDocument = async (): Promise<string> => {
  using store = await Store.open(':memory:')
  // The routes are described, not called: what they only work with when called is not there.
  const context = { store, artifacts: new DirectoryStore('/nonexistent') } as unknown as TrackerContext
  const app = await buildHttp(context)
  await app.ready()
  const document = app.swagger()
  await app.close()
  return `${JSON.stringify(document, null, 2)}\n`
}
