import type { Terminal } from '../output/terminal.ts'
import { jsonPresenter } from './json-presenter.ts'
import { livePresenter } from './live-presenter.ts'
import { plainPresenter } from './plain-presenter.ts'
import type { Presenter } from './presenter.ts'
import type { Progress } from './progress.ts'

export const presenterFor = (progress: Progress, output: Terminal, json: boolean): Presenter => {
  if (json) return jsonPresenter(progress, output)
  return output.isTerminal ? livePresenter(progress, output) : plainPresenter(progress, output)
}
