import { scanTarball } from '../../releases/scan-tarball.ts'
import type { Step } from '../install.ts'
import { stagedTarball } from '../staging.ts'

/** Judges every entry before one of them is unpacked. */
export const verify: Step = {
  name: 'verify',
  state: 'verifying',
  run: (install, signal) => scanTarball(stagedTarball(install), install.order.artifact, signal),
}
