import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

/** What a layer says of itself, beside its directories. */
const LayerFile = z.strictObject({
  /** Relative to where they were made; the first lies in the layer as `0`. */
  directories: z.array(z.string()),
  state: z.string(),
  files: z.int(),
  bytes: z.int(),
})
export type LayerFile = z.infer<typeof LayerFile>

export const layerFile = 'layer.json'

/** Undefined when there is no layer at that path. */
export const readLayerFile = async (layer: string): Promise<LayerFile | undefined> => {
  const text = await readFile(join(layer, layerFile), 'utf8').catch(() => '')
  try {
    return LayerFile.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
