import { environment } from '../../test/dev-env/bundles.ts'
import { Program } from '../../test/dev-env/program.ts'
import { bundleFiles, type BundleName } from './layout.ts'
import { show } from './screen.ts'

/** A program of ours that is started again when its bundle has changed. */
export class Part implements AsyncDisposable {
  readonly name: string
  readonly bundle: BundleName
  readonly #args: readonly string[]
  #program: Program | undefined

  constructor(name: string, bundle: BundleName, args: readonly string[]) {
    this.name = name
    this.bundle = bundle
    this.#args = args
  }

  get output(): string {
    return this.#program?.output ?? ''
  }

  /** Resolves once it is ready. Throws when it ends before. */
  async start(): Promise<void> {
    this.#program = await Program.start({
      name: this.name,
      command: process.execPath,
      args: ['--enable-source-maps', bundleFiles[this.bundle], ...this.#args],
      env: { ...environment, NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'] },
      ready: /^Ready/m,
      onOutput: (text) => show(this.name, withoutToken(text)),
    })
  }

  /** A change that keeps it from starting is shown, and the next change waited for. */
  async restart(): Promise<void> {
    show(this.name, 'its sources have changed: starting it again')
    await this[Symbol.asyncDispose]()
    await this.start().catch(() =>
      show(this.name, 'does not start; change its sources, and it is tried again'),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]()
    this.#program = undefined
  }
}

const withoutToken = (text: string): string => text.replace(/at_\S+/g, 'at_…')
