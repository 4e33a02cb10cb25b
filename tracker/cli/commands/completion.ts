import { Argument, type Command } from 'commander'
import { bash } from '../completion/shells/bash.ts'
import { fish } from '../completion/shells/fish.ts'
import { zsh } from '../completion/shells/zsh.ts'
import { standardOutput } from '../output/terminal.ts'

const shells = { bash, zsh, fish }

export const defineCompletion = (command: Command): void => {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(shells)))
    .addHelpText('after', () =>
      Object.values(shells)
        .map(({ use }) => `\n${use}`)
        .join('\n'),
    )
    .action((shell: keyof typeof shells) => standardOutput().write(shells[shell].script))
}
