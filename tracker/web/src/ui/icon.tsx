import type { ReactElement } from 'react'

/** Outlines on a 16 by 16 grid. */
const paths = {
  alert: 'M8 2.2 14.4 13.4H1.6zM8 6.4v3.2M8 11.4v.2',
  ban: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.9 3.9l8.2 8.2',
  check: 'm3 8.6 3.3 3.3L13 4.6',
  chevron: 'm6 3.5 4.5 4.5L6 12.5',
  clock: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 4.8V8l2.2 1.6',
  close: 'm3.8 3.8 8.4 8.4M12.2 3.8l-8.4 8.4',
  copy: 'M6 5.5h7.5V14H6zM10 5.2V2H2.5v8.5H5.7',
  cross: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  download: 'M8 2v7.5M4.6 6.3 8 9.7l3.4-3.4M2.8 13.5h10.4',
  equal: 'M3 6h10M3 10h10',
  half: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M8 2v12M8 5.2h3.9M8 8h5M8 10.8h3.9',
  hammer: 'm2.5 13.5 6-6M6.4 4.2 9.2 2l4.8 4.8-2 2-1.9-1.8-2 2-2-2 1.6-1.6z',
  lock: 'M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5',
  logout: 'M6 2.5H3v11h3M6.5 8H14M11 5l3 3-3 3',
  moon: 'M13.3 9.6A5.8 5.8 0 0 1 6.4 2.7a5.8 5.8 0 1 0 6.9 6.9',
  package: 'M8 1.8 13.8 5v6L8 14.2 2.2 11V5zM2.4 5.1 8 8.2l5.6-3.1M8 8.2v5.8',
  pause: 'M5.2 3v10M10.8 3v10',
  play: 'M4.5 2.8 13 8l-8.5 5.2z',
  retry: 'M13.2 8a5.2 5.2 0 1 1-1.6-3.8M13.4 1.8v3.4H10',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9m3.3 7.8 3.4 3.4',
  snow: 'M8 1.8v12.4M2.6 4.9l10.8 6.2M13.4 4.9 2.6 11.1',
  stop: 'M3.5 3.5h9v9h-9z',
  swap: 'M2.5 5.5h10M9.8 2.6l2.9 2.9-2.9 2.9M13.5 11h-10M6.2 8.3 3.4 11l2.8 2.7',
  undo: 'M3 3v4h4M3.3 6.8A5.4 5.4 0 1 1 3.6 10',
  unplug:
    'm2 14 3-3M5 7.5 8.5 11a2.6 2.6 0 0 1-3.6 0 2.6 2.6 0 0 1 .1-3.5M14 2l-3 3M7.5 5 11 8.5a2.6 2.6 0 0 0 0-3.6 2.6 2.6 0 0 0-3.5.1',
} as const

export type IconName = keyof typeof paths

/** Never alone: a word stands beside it, or the control that it is in has a label. */
export const Icon = ({ name, spins = false }: { name: IconName; spins?: boolean }): ReactElement => (
  <svg className={spins ? 'icon spins' : 'icon'} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
)
