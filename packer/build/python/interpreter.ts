import { askTool } from '../tool-version.ts'

export const pipHint = 'apt-get install python3-pip on the packer’s machine.'

interface Interpreter {
  /** As far as it matters to what is installed: `3.11`. */
  readonly python: string
  /** Empty when there is none. */
  readonly pip: string
}

/** The python3 that builds. Throws `unavailable` when there is none. */
export const interpreter = async (): Promise<Interpreter> => {
  const said = await askTool('python3', ['-c', program], 'apt-get install python3 on the packer’s machine.')
  const [python = '', pip = ''] = said.split(' ')
  return { python, pip }
}

const program = `
import sys
from importlib import metadata
try: pip = metadata.version("pip")
except metadata.PackageNotFoundError: pip = ""
print("%d.%d" % sys.version_info[:2], pip)
`
