import type { Command } from 'commander'
import { createPlan } from '../../../shared/api/plans.ts'
import type { RequestOf } from '../../../shared/api/route.ts'
import { addRequestFlags, requestOf, type RequestFlags } from '../deploy-request.ts'
import { painter } from '../output/palette.ts'
import { planLines } from '../output/plan-lines.ts'
import { call, openSession, print } from '../session.ts'

interface Shown {
  readonly hosts?: true
  readonly detailedExitcode?: true
}

const hasChanges = 10

export const definePlan = (command: Command): void => {
  command.argument('<service[@ref]>', 'a branch, tag or commit (default: HEAD), or service@sha256:<digest>')
  addRequestFlags(command)
    .option('--hosts', 'show every host, not groups of them')
    .option('--detailed-exitcode', 'exit code 10 when it would change something')
    .action(async (text: string, flags: RequestFlags & Shown) =>
      showPlan(command, await requestOf(text, flags), flags),
    )
}

/** Has a plan made, and shows it. */
export const showPlan = async (
  command: Command,
  body: RequestOf<typeof createPlan>['body'],
  { hosts, detailedExitcode }: Shown = {},
): Promise<void> => {
  const session = await openSession(command)
  const plan = await call(session, createPlan, { body })
  const { columns, colour } = session.output
  print(session, plan, () =>
    planLines(plan, { columns, paint: painter(colour), isEveryHost: hosts === true }),
  )
  if (detailedExitcode && plan.changes > 0) process.exitCode = hasChanges
}
