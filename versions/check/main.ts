import { CommanderError } from 'commander'
import { callApi } from '../../shared/api-client.ts'
import { getVersions } from '../../shared/api/versions.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { checkCommand, limitsOf, queryOf, readToken, timeoutOf, urlOf, type Flags } from './arguments.ts'
import { judge, plain, type Verdict } from './judge.ts'
import { exitCodes } from './status.ts'

const check = async (argv: readonly string[]): Promise<Verdict> => {
  const command = checkCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parse(argv)
  const flags = command.opts<Flags>()
  const limits = limitsOf(flags)
  const query = queryOf(flags)
  const target = { url: urlOf(flags), token: await readToken(flags) }
  return judge(await callApi(target, getVersions, { query }, timeoutOf(flags)), limits)
}

/** Whatever keeps the check from being made is UNKNOWN, in the same one line: monitoring reads nothing else. */
const unknown = (error: unknown): Verdict => {
  const hint = error instanceof PersonError && error.hint ? [plain(error.hint)] : []
  return { status: 'UNKNOWN', lines: [`APPTRACKER UNKNOWN - ${plain(messageOf(error))}`, ...hint] }
}

const report = ({ status, lines }: Verdict): void => {
  process.stdout.write(`${lines.join('\n')}\n`)
  process.exitCode = exitCodes[status]
}

/** `--help` and `--version` were asked for; the guidelines want 3 for both, as they are no check. */
const wasOnlyAsked = (error: unknown): boolean => error instanceof CommanderError && error.exitCode === 0

check(process.argv).then(report, (error: unknown) => {
  if (wasOnlyAsked(error)) process.exitCode = exitCodes.UNKNOWN
  else report(unknown(error))
})
