import type { BuildState, DeployState } from '../../../../shared/domain/deploy-state.ts'
import type { Look } from '../ui/looks.ts'

export const deployLooks: Record<DeployState, Look> = {
  queued: { word: 'queued', icon: 'clock', tone: 'plain' },
  planned: { word: 'planned', icon: 'clock', tone: 'plain' },
  building: { word: 'building', icon: 'hammer', tone: 'busy' },
  staging: { word: 'staging', icon: 'download', tone: 'busy' },
  rolling: { word: 'rolling', icon: 'swap', tone: 'active' },
  paused: { word: 'paused', icon: 'pause', tone: 'warning' },
  'rolling-back': { word: 'rolling back', icon: 'undo', tone: 'warning' },
  succeeded: { word: 'succeeded', icon: 'check', tone: 'good' },
  partial: { word: 'partial', icon: 'half', tone: 'warning' },
  'rolled-back': { word: 'rolled back', icon: 'undo', tone: 'warning' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  cancelled: { word: 'cancelled', icon: 'stop', tone: 'plain' },
}

export const buildLooks: Record<BuildState, Look> = {
  queued: { word: 'queued', icon: 'clock', tone: 'plain' },
  building: { word: 'building', icon: 'hammer', tone: 'busy' },
  built: { word: 'built', icon: 'check', tone: 'good' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  cancelled: { word: 'cancelled', icon: 'stop', tone: 'plain' },
}
