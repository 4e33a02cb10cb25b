import type * as z from 'zod'
import type { Finding } from '../../shared/domain/check.ts'
import type { examinePackerCall } from '../../shared/messages/examine-packer.ts'
import type { Agent } from '../db/agents.ts'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { judgeRoom } from '../../shared/doctor/room.ts'
import { some } from '../../shared/wording.ts'

export type PackerAnswer = z.output<typeof examinePackerCall.reply>

/** What those packers said that are there, with the names that people gave them. */
export interface Packers {
  readonly enrolled: readonly Agent[]
  readonly answers: readonly (PackerAnswer & { readonly name: string })[]
}

const packersFirst = 'See to the packers first.'

export const examinePackers = ({ enrolled, answers }: Packers): Finding => {
  if (enrolled.length === 0) {
    return fault('No packer is enrolled, so nothing can be built.', 'Run: tracker enroll packer-1 --packer')
  }
  const silent = enrolled.filter(({ id }) => !answers.some(({ packer }) => packer === id))
  const names = some(silent.map(({ name }) => name))
  if (answers.length === 0) {
    return fault(
      `No packer answers, so nothing can be built: ${names}.`,
      'On its machine: systemctl status packer',
    )
  }
  if (silent.length > 0) {
    return warning(
      `${answers.length} of ${enrolled.length} packers answer, but not ${names}.`,
      'On its machine: systemctl status packer',
    )
  }
  return ok(`All packers answer: ${some(answers.map(({ name }) => name))}.`)
}

export const examineTools = ({ answers }: Packers): Finding => {
  const lines = answers.map(
    ({ name, tools }) =>
      `${name} has ${
        Object.entries(tools)
          .map((tool) => tool.join(' '))
          .join(', ') || 'none of them'
      }`,
  )
  const message = `${lines.join('; ')}.`
  if (answers.some(({ tools }) => tools.git === undefined)) {
    return fault(message, 'A packer without git builds nothing. Run there: apt-get install git')
  }
  if (answers.length === 0) return warning('No packer says what it has.', packersFirst)
  const lacking = answers.some(({ tools }) => Object.keys(tools).length < 4)
  return lacking
    ? warning(message, 'Services of type node need node and npm, those of type python need python3-pip.')
    : ok(message)
}

export const examineSandboxes = ({ answers }: Packers): Finding => {
  const bare = answers.filter(({ sandbox }) => !sandbox)
  const names = some(bare.map(({ name }) => name))
  if (bare.length > 0) {
    return warning(
      `Builds on ${names} run without a sandbox: packages that they install can read the packer’s keys.`,
      'There: apt-get install bubblewrap, and start `packer run` without --no-sandbox.',
    )
  }
  if (answers.length === 0)
    return warning('No packer says whether its builds run in a sandbox.', packersFirst)
  return ok(`Builds run in a sandbox on ${some(answers.map(({ name }) => name))}.`)
}

export const examineUpload = ({ answers }: Packers): Finding => {
  const [broken] = answers.filter(({ storeFault }) => storeFault !== undefined)
  if (broken?.storeFault) return fault(`${broken.name}: ${broken.storeFault.message}`, broken.storeFault.hint)
  if (answers.length === 0)
    return warning('No packer is there that could try to store something.', packersFirst)
  return ok(`${some(answers.map(({ name }) => name))} can store artifacts.`)
}

export const examineBuildRoom = ({ answers }: Packers): Finding => {
  const [least] = [...answers].sort((a, b) => a.freeRoom - b.freeRoom)
  if (!least) return warning('No packer says how much room it has.', packersFirst)
  return judgeRoom(least.freeRoom, `the work directory of ${least.name}`)
}
