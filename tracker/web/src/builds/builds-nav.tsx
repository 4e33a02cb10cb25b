import type { ReactElement } from 'react'
import { Link } from '../router/link.tsx'

const places = [
  { to: '/builds', word: 'Builds' },
  { to: '/packers', word: 'Packers' },
  { to: '/storage', word: 'Storage' },
] as const

/** What was built, who builds, and where it is kept. */
export const BuildsNav = ({ here }: { here: (typeof places)[number]['to'] }): ReactElement => (
  <nav className="choice" aria-label="Builds">
    {places.map(({ to, word }) => (
      <Link key={to} to={to} current={to === here}>
        {word}
      </Link>
    ))}
  </nav>
)
