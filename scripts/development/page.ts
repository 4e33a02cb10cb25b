import { createServer, type ViteDevServer } from 'vite'

/** The web page from its sources, with what it asks for sent on to the tracker. A change shows at once. */
export const startPage = async (trackerUrl: string): Promise<{ url: string; server: ViteDevServer }> => {
  const server = await createServer({
    configFile: 'tracker/web/vite.config.ts',
    logLevel: 'warn',
    server: { host: '127.0.0.1', proxy: { '/api': { target: trackerUrl, ws: true } } },
  })
  await server.listen()
  return { url: server.resolvedUrls?.local[0] ?? '', server }
}
