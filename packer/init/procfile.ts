/** The command that a Procfile has for what answers the network, else for its first process. */
export const procfileCommand = (text: string): { name: string; command: string } | undefined => {
  const processes = text.split('\n').flatMap((line) => {
    const [, name, command] = /^([A-Za-z0-9_-]+):\s*(\S.*?)\s*$/.exec(line) ?? []
    return name === undefined || command === undefined || name === 'release' ? [] : [{ name, command }]
  })
  return processes.find(({ name }) => name === 'web') ?? processes[0]
}
