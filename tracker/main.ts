import { Command } from 'commander'
import { appVersion, runCommandLine } from '../shared/command-line.ts'

type Define = (command: Command) => void

/** Every command. Its options and what it does are loaded only when it is asked for: `tracker --help` loads none. */
const commands: readonly { name: string; summary: string; load: () => Promise<Define>; hidden?: true }[] = [
  {
    name: 'login',
    summary: 'say which tracker to use, and prove who you are',
    load: async () => (await import('./cli/commands/login.ts')).defineLogin,
  },
  {
    name: 'services',
    summary: 'list services; register one with `services add`, say where it is to run with `services set`',
    load: async () => (await import('./cli/commands/services.ts')).defineServices,
  },
  {
    name: 'env',
    summary: 'settings and secrets of a service: set, unset, list, history',
    load: async () => (await import('./cli/commands/env.ts')).defineEnv,
  },
  {
    name: 'hosts',
    summary: 'list hosts by cluster, name pattern and labels',
    load: async () => (await import('./cli/commands/hosts.ts')).defineHosts,
  },
  {
    name: 'enroll',
    summary: 'make the token with which a host or a packer joins',
    load: async () => (await import('./cli/commands/enroll.ts')).defineEnroll,
  },
  {
    name: 'build',
    summary: 'build a service at a ref, unless that was done before',
    load: async () => (await import('./cli/commands/build.ts')).defineBuild,
  },
  {
    name: 'builds',
    summary: 'what was built, is being built and waits: list, cancel',
    load: async () => (await import('./cli/commands/builds.ts')).defineBuilds,
  },
  {
    name: 'packers',
    summary: 'who builds, what each can and what it is at',
    load: async () => (await import('./cli/commands/packers.ts')).definePackers,
  },
  {
    name: 'artifacts',
    summary: 'what was built and is kept, why and how large: list, usage, keep, prune',
    load: async () => (await import('./cli/commands/artifacts.ts')).defineArtifacts,
  },
  {
    name: 'plan',
    summary: 'what a deploy would do, as its hosts answer now; nothing is touched',
    load: async () => (await import('./cli/commands/plan.ts')).definePlan,
  },
  {
    name: 'deploy',
    summary: 'bring a service to a version on chosen hosts, and watch',
    load: async () => (await import('./cli/commands/deploy.ts')).defineDeploy,
  },
  {
    name: 'watch',
    summary: 'follow a deploy until it ends',
    load: async () => (await import('./cli/commands/watch.ts')).defineWatch,
  },
  {
    name: 'status',
    summary: 'recent deploys, chosen by service, state, host, …; or one with all its hosts',
    load: async () => (await import('./cli/commands/status.ts')).defineStatus,
  },
  {
    name: 'logs',
    summary: 'every step of a deploy with its output, or a build’s log',
    load: async () => (await import('./cli/commands/logs.ts')).defineLogs,
  },
  {
    name: 'retry',
    summary: 'deploy again to those hosts of a deploy that do not have it',
    load: async () => (await import('./cli/commands/retry.ts')).defineRetry,
  },
  {
    name: 'rollback',
    summary: 'bring the hosts that a deploy changed back to what they ran',
    load: async () => (await import('./cli/commands/rollback.ts')).defineRollback,
  },
  {
    name: 'pause',
    summary: 'let a deploy begin nothing more for now',
    load: async () => (await import('./cli/commands/control.ts')).definePause,
  },
  {
    name: 'resume',
    summary: 'let a paused deploy go on',
    load: async () => (await import('./cli/commands/control.ts')).defineResume,
  },
  {
    name: 'promote',
    summary: 'let a deploy go on past its canaries',
    load: async () => (await import('./cli/commands/control.ts')).definePromote,
  },
  {
    name: 'cancel',
    summary: 'touch no further host in a deploy',
    load: async () => (await import('./cli/commands/control.ts')).defineCancel,
  },
  {
    name: 'quarantine',
    summary: 'versions that failed or were rolled back: deployed only by --force',
    load: async () => (await import('./cli/commands/quarantine.ts')).defineQuarantine,
  },
  {
    name: 'lock',
    summary: 'let nobody begin to deploy a service for a while',
    load: async () => (await import('./cli/commands/lock.ts')).defineLock,
  },
  {
    name: 'unlock',
    summary: 'take such a lock away',
    load: async () => (await import('./cli/commands/lock.ts')).defineUnlock,
  },
  {
    name: 'locks',
    summary: 'what is locked, by whom, until when and why',
    load: async () => (await import('./cli/commands/locks.ts')).defineLocks,
  },
  {
    name: 'freeze',
    summary: 'times in which no deploy begins, weekly or dated: list, add, remove',
    load: async () => (await import('./cli/commands/freeze.ts')).defineFreeze,
  },
  {
    name: 'versions',
    summary: 'what really runs where, and what is out of sync',
    load: async () => (await import('./cli/commands/versions.ts')).defineVersions,
  },
  {
    name: 'audit',
    summary: 'who changed what, when, from where and why',
    load: async () => (await import('./cli/commands/audit.ts')).defineAudit,
  },
  {
    name: 'notify',
    summary: 'tell webhooks how deploys end: list, add, remove, test',
    load: async () => (await import('./cli/commands/notify.ts')).defineNotify,
  },
  {
    name: 'hooks',
    summary: 'have pushes built and deployed, by webhooks and secret URLs: list, add, show, rotate, remove',
    load: async () => (await import('./cli/commands/hooks.ts')).defineHooks,
  },
  {
    name: 'doctor',
    summary: 'check everything from here to the hosts, and say what to do',
    load: async () => (await import('./cli/commands/doctor.ts')).defineDoctor,
  },
  {
    name: 'completion',
    summary: 'print what makes a shell complete this program’s words',
    load: async () => (await import('./cli/commands/completion.ts')).defineCompletion,
  },
  {
    name: 'complete',
    summary: 'answer a shell what could stand at the cursor',
    load: async () => (await import('./cli/commands/complete.ts')).completeBy(defineLoaded),
    hidden: true,
  },
  {
    name: 'serve',
    summary: 'run the tracker itself',
    load: async () => (await import('./serve-command.ts')).defineServe,
  },
  {
    name: 'stop-nats',
    summary: 'stop the nats-server that a tracker left running',
    load: async () => (await import('./stop-nats-command.ts')).defineStopNats,
  },
]

const defineLoaded = async (command: Command): Promise<void> => {
  const define = await commands.find(({ name }) => name === command.name())?.load()
  define?.(command)
}

const program = new Command('tracker')
  .description('Deploys services to fleets of hosts, and shows what runs where.')
  .version(appVersion)
  .option('--url <url>', 'the tracker to talk to (else $TRACKER_URL, else as logged in)')
  .option('--token <token>', 'the token to use (else $TRACKER_TOKEN, else as logged in)')
  .option('--json', 'print JSON: one document, or one line per event when watching')
  .configureHelp({ showGlobalOptions: true })
  .hook('preSubcommand', (_, subcommand) => defineLoaded(subcommand))
for (const { name, summary, hidden = false } of commands) {
  program.command(name, { hidden }).description(summary)
}

await runCommandLine(program, process.argv)
