import type { Layering, Made, Recipe } from './recipe.ts'

/** Takes what an earlier build made by the same recipe, or makes it now, to be kept for later ones. */
export const takeOrMake = async (
  layers: Layering,
  recipe: Recipe,
  make: () => Promise<void>,
): Promise<Made> => {
  const taken = await layers.take(recipe)
  if (taken !== undefined) return taken
  await make()
  return layers.made(recipe)
}
