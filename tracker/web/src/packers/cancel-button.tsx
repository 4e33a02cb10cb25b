import type { ReactElement } from 'react'
import type { BuildView } from '../../../../shared/api/builds.ts'
import { Icon } from '../ui/icon.tsx'

interface CancelButtonProps {
  readonly build: BuildView
  readonly onCancel: (build: BuildView) => void
}

export const CancelButton = ({ build, onCancel }: CancelButtonProps): ReactElement => (
  <button
    type="button"
    className="icon-button"
    aria-label={`Cancel build ${build.id}`}
    title={`Cancel build ${build.id}`}
    onClick={() => onCancel(build)}
  >
    <Icon name="stop" />
  </button>
)
