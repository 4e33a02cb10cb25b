import type { ReactElement } from 'react'
import type { LinkView } from '../../../../shared/api/links.ts'
import { call } from '../api/client.ts'
import { listLinks } from '../api/hook-routes.ts'
import { useLoad } from '../api/use-load.ts'
import { Link } from '../router/link.tsx'
import { plainText } from '../text/plain-text.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { Icon } from '../ui/icon.tsx'
import { Ago } from '../ui/time.tsx'

/** Because of which services it is built again, and which because of it. */
export const LinksSection = ({ service }: { service: string }): ReactElement => {
  const { answer, failure } = useLoad((signal) => call(listLinks, {}, signal))
  const links = answer?.links.filter((link) => link.service === service || link.base === service)
  return (
    <section aria-label="Links" className="build-part">
      <h2>Links</h2>
      {failure && <FailureBox failure={failure} />}
      {links?.length === 0 && (
        <p className="hint">
          It is built again because of no other service. To change that:{' '}
          <CopyCommand command={`tracker services link ${service} BASE`} />
        </p>
      )}
      <ul className="sentences">
        {links?.map((link) => (
          <LinkLine key={`${link.service} ${link.base}`} link={link} of={service} />
        ))}
      </ul>
    </section>
  )
}

const LinkLine = ({ link, of }: { link: LinkView; of: string }): ReactElement => (
  <li>
    <NameOf service={link.service} of={of} /> is built again when <NameOf service={link.base} of={of} /> has a
    new artifact.{' '}
    <span className="hint">
      Set by {link.createdBy}, <Ago at={link.createdAt} />.
    </span>
    {link.error !== undefined && (
      <div className="notice tone-bad">
        <Icon name="cross" />
        <p>It could not be built again: {plainText(link.error)}</p>
      </div>
    )}
  </li>
)

const NameOf = ({ service, of }: { service: string; of: string }): ReactElement =>
  service === of ? <strong>{service}</strong> : <Link to={`/services/${service}`}>{service}</Link>
