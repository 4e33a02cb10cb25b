import type { Command } from 'commander'
import { createEnrolment } from '../../../shared/api/enrolments.ts'
import { LabelFilter } from '../../../shared/api/hosts.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ClusterName, HostName } from '../../../shared/domain/names.ts'
import { PersonError } from '../../../shared/errors.ts'
import { collect } from '../arguments.ts'
import { clockOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

interface Flags {
  readonly cluster?: string
  readonly label?: readonly string[]
  readonly packer?: true
}

export const defineEnroll = (command: Command): void => {
  command
    .argument('<name>', 'what people call it, for example web-1.prod')
    .option('-c, --cluster <name>', 'the cluster that the host is in')
    .option('-l, --label <name=value>', 'a label of the host or the packer (may be repeated)', collect)
    .option('--packer', 'it is a packer, not a host')
    .action(async (name: string, flags: Flags) => {
      const body = enrolmentOf(name, flags)
      const session = await openSession(command)
      const answer = await call(session, createEnrolment, { body })
      print(session, answer, () => [
        `Run this there, once, before ${clockOf(answer.expiresAt)}:`,
        '',
        `  ${joinCommand(body.kind)} --tracker ${session.target.url} --token ${answer.token}`,
        '',
        `then \`${runCommand(body.kind)}\`.`,
      ])
    })
}

const enrolmentOf = (name: string, { cluster, label = [], packer }: Flags) => {
  const enrolment = { name: parseSetting(HostName, 'name', name), labels: labelsOf(label) }
  if (packer) return { kind: 'packer' as const, ...enrolment }
  if (cluster !== undefined) {
    return { kind: 'host' as const, ...enrolment, cluster: parseSetting(ClusterName, '--cluster', cluster) }
  }
  throw new PersonError('usage', `Host '${name}' needs a cluster.`, {
    hint: `Run \`tracker enroll ${name} -c CLUSTER\`, or with --packer if it is a packer.`,
  })
}

const labelsOf = (labels: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    labels.map((text) => {
      const [name = '', value = ''] = parseSetting(LabelFilter, '--label', text).split('=')
      return [name, value]
    }),
  )

const joinCommand = (kind: 'host' | 'packer'): string =>
  kind === 'host' ? 'grabber enroll' : 'packer enroll --work DIR'

const runCommand = (kind: 'host' | 'packer'): string =>
  kind === 'host' ? 'grabber run' : 'packer run --work DIR'
