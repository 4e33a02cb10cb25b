/** Where tools put what only makes their next run faster: it gets into no artifact. */
export const isToolCache = (path: string): boolean =>
  /(^|\/)node_modules\/\.(cache|tmp|vite|vite-temp)$/.test(path)
