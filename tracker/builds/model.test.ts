import { expect, test } from 'vitest'
import { runModel } from '../../test/model/builds/run.ts'

/** `MODEL_SEED=17 npx vitest …` runs one life again, `MODEL_ROUNDS=1000` that many. */
const { MODEL_SEED: seed, MODEL_ROUNDS: rounds = '6' } = process.env
const seeds =
  seed === undefined ? Array.from({ length: Number(rounds) }, (_, index) => String(index + 1)) : [seed]

test('whatever packers, network, store, people and crashes do, in any order, builds keep their promises', async () => {
  for (const seed of seeds) await expect(runModel(seed, 150), seed).resolves.toBeUndefined()
}, 3_600_000)
