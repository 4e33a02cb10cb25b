import type { ReactElement } from 'react'
import { Link } from '../router/link.tsx'
import { Icon } from '../ui/icon.tsx'

const places = [
  { to: '/', word: 'Deploys', isIn: /^\/(deploys\/|$)/ },
  { to: '/builds', word: 'Builds', isIn: /^\/(builds|packers|storage)/ },
  { to: '/versions', word: 'Versions', isIn: /^\/versions/ },
  { to: '/services', word: 'Services', isIn: /^\/services/ },
  { to: '/hosts', word: 'Hosts', isIn: /^\/hosts/ },
] as const

interface TopBarProps {
  readonly path: string
  readonly name: string
  readonly onLogout: () => void
}

export const TopBar = ({ path, name, onLogout }: TopBarProps): ReactElement => (
  <div className="top-bar">
    <Link to="/" className="brand" label="AppTracker, deploys">
      <img src="/favicon.svg" alt="" width="24" height="24" />
      <span>AppTracker</span>
    </Link>
    <nav aria-label="Pages">
      {places.map(({ to, word, isIn }) => (
        <Link key={to} to={to} current={isIn.test(path)}>
          {word}
        </Link>
      ))}
    </nav>
    <span className="user">{name}</span>
    <button type="button" className="icon-button" aria-label="Log out" title="Log out" onClick={onLogout}>
      <Icon name="logout" />
    </button>
  </div>
)
