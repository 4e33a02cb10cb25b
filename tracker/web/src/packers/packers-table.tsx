import type { ReactElement } from 'react'
import type { BuildQueue, BuildView } from '../../../../shared/api/builds.ts'
import type { PackerMachine, PackerView } from '../../../../shared/api/packers.ts'
import { examineMachines } from '../api/build-routes.ts'
import { call } from '../api/client.ts'
import { useLoad } from '../api/use-load.ts'
import { Link } from '../router/link.tsx'
import { plainText } from '../text/plain-text.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { Icon } from '../ui/icon.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago, Took } from '../ui/time.tsx'
import { CancelButton } from './cancel-button.tsx'
import { buildsOf, inOrder, machineText, packerLooks, specialLabels } from './packers-view.ts'

interface PackersTableProps {
  readonly packers: readonly PackerView[]
  readonly queue: BuildQueue
  readonly onCancel: (build: BuildView) => void
}

export const PackersTable = ({ packers, queue, onCancel }: PackersTableProps): ReactElement => {
  const { answer } = useLoad((signal) => call(examineMachines, {}, signal))
  return (
    <ul className="rows">
      {inOrder(packers).map((packer) => (
        <PackerRow
          key={packer.id}
          packer={packer}
          builds={buildsOf(packer, queue)}
          machine={answer?.machines.find(({ id }) => id === packer.id)}
          onCancel={onCancel}
        />
      ))}
    </ul>
  )
}

interface PackerRowProps {
  readonly packer: PackerView
  readonly builds: readonly BuildView[]
  readonly machine: PackerMachine | undefined
  readonly onCancel: (build: BuildView) => void
}

const PackerRow = ({ packer, builds, machine, onCancel }: PackerRowProps): ReactElement => {
  const { name, state, capacity } = packer
  const labels = specialLabels(packer)
  return (
    <li className="row">
      <div className="row-head">
        <h2>{name}</h2>
        <StateBadge look={packerLooks[state]} />
        {capacity !== undefined && (
          <span className="hint">
            {builds.length} of {capacity}
          </span>
        )}
        {labels !== '' && <span className="label">{labels}</span>}
        <span className="row-end hint">
          <Heard packer={packer} />
        </span>
      </div>
      <p className="hint">{machineText(packer, machine)}</p>
      {machine?.storeFault && (
        <div className="notice tone-bad">
          <Icon name="cross" />
          <p>It cannot store what it builds: {plainText(machine.storeFault.message)}</p>
        </div>
      )}
      {state === 'silent' && (
        <p className="hint">
          Nothing is given to it. On its machine: <CopyCommand command="systemctl status packer" />
        </p>
      )}
      <ul className="at-work">
        {builds.map((build) => (
          <li key={build.id}>
            <Icon name="hammer" />
            <Link to={`/builds/${build.id}`}>
              {build.id} {build.service}@{build.version}
            </Link>
            <Took from={build.startedAt ?? build.createdAt} to={undefined} />
            <CancelButton build={build} onCancel={onCancel} />
          </li>
        ))}
      </ul>
    </li>
  )
}

const Heard = ({ packer: { state, heardAt } }: { packer: PackerView }): ReactElement => {
  if (heardAt === undefined) return <>not heard of since the tracker started</>
  return (
    <span>
      {state === 'silent' ? 'last heard of' : 'heard of'} <Ago at={heardAt} />
    </span>
  )
}
