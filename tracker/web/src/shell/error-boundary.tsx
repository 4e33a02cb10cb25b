import { Component, type ReactNode } from 'react'
import { CallError } from '../api/client.ts'
import { FailureBox } from '../ui/failure-box.tsx'

interface Props {
  readonly children: ReactNode
}

/** A defect of one page must not leave a blank window: the way to the other pages stays. */
export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <FailureBox
        failure={
          new CallError(
            0,
            'This page failed to show what it got.',
            'Reload it: the tracker may be newer than the page.',
          )
        }
      />
    )
  }
}
