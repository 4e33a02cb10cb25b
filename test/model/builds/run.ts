import { Random } from '../../faults/random.ts'
import { Life } from './life.ts'
import { World } from './world.ts'

/** A random life of a tracker, its packers and all that asks for builds, the same one for the same seed. Throws when an invariant does not hold. */
export const runModel = async (seed: string, steps: number): Promise<void> => {
  const random = new Random(seed)
  await using world = await World.create(random)
  const life = new Life(world, random)
  try {
    await life.begin()
    for (let step = 0; step < steps; step++) await life.goOn()
    await life.heal()
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}\n${life.story()}`, { cause: error })
  }
}
