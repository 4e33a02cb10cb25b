/** Shows what a part printed, each line under its name. */
export const show = (name: string, text: string): void => {
  for (const line of text.trimEnd().split('\n')) process.stdout.write(`${name.padEnd(10)} ${line}\n`)
}
