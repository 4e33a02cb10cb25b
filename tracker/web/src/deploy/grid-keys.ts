import type { KeyboardEvent } from 'react'

type Choose = (hosts: readonly HTMLElement[], at: number) => HTMLElement | undefined

const keys: Readonly<Record<string, Choose>> = {
  ArrowRight: (hosts, at) => hosts[at + 1],
  ArrowLeft: (hosts, at) => hosts[at - 1],
  ArrowDown: (hosts, at) => nextRow(hosts, at, 1),
  ArrowUp: (hosts, at) => nextRow(hosts, at, -1),
  Home: (hosts) => hosts[0],
  End: (hosts) => hosts.at(-1),
}

/** Moves the focus as the hosts lie on the screen. */
export const moveFocus = (event: KeyboardEvent<HTMLElement>): void => {
  const choose = keys[event.key]
  if (!choose) return
  const hosts = [...event.currentTarget.querySelectorAll<HTMLElement>('button.host')]
  const at = hosts.findIndex((host) => host === document.activeElement)
  if (at === -1) return
  event.preventDefault()
  choose(hosts, at)?.focus()
}

/** The host nearest below or above, in the next row that there is. */
const nextRow = (hosts: readonly HTMLElement[], at: number, step: 1 | -1): HTMLElement | undefined => {
  const from = hosts[at]?.getBoundingClientRect()
  if (!from) return undefined
  let best: HTMLElement | undefined
  let bestDistance = Infinity
  let row: number | undefined
  for (let index = at + step; index >= 0 && index < hosts.length; index += step) {
    const host = hosts[index]
    const box = host?.getBoundingClientRect()
    if (!host || !box || box.top === from.top) continue
    row ??= box.top
    if (box.top !== row) break
    const distance = Math.abs(box.left - from.left)
    if (distance < bestDistance) [best, bestDistance] = [host, distance]
  }
  return best
}
