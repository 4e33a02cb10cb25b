import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { PersonError } from '../../shared/errors.ts'

/** A user of this host. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

const lookUpLimit = 5000

/** The user of that name, from /etc/passwd or wherever else the host keeps its users. Throws `not-found` when there is none. */
export const findAccount = async (name: string): Promise<Account> => {
  const local = accountIn(await readFile('/etc/passwd', 'utf8').catch(() => ''), name)
  const account = local ?? accountIn(await lookUp(name), name)
  if (account) return account
  throw new PersonError('not-found', `This host has no user ${name}.`, {
    hint: 'Create it on this host, or name another one as run.user in service.yaml.',
  })
}

/** What a command is to be preceded by in order to run as `account`; by its full path, as PATH may be the service's already. */
export const asAccount = (account: Account | undefined): string[] =>
  account === undefined || account.uid === process.getuid?.()
    ? []
    : ['/usr/bin/setpriv', `--reuid=${account.uid}`, `--regid=${account.gid}`, '--init-groups', '--']

const accountIn = (passwd: string, name: string): Account | undefined => {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([first]) => first === name)
  const [, , uid, gid, , home] = fields ?? []
  if (!/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return undefined
  return { name, uid: Number(uid), gid: Number(gid), home: home === undefined || home === '' ? '/' : home }
}

/** Empty when there is nothing to ask, too. */
const lookUp = async (name: string): Promise<string> => {
  const asked = promisify(execFile)('getent', ['passwd', name], { timeout: lookUpLimit })
  return asked.then(
    ({ stdout }) => stdout,
    () => '',
  )
}
