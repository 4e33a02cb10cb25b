interface Wanted {
  readonly service: string
  readonly ref: string | undefined
  readonly rebuild: boolean
}

/** A build as a person would type it. */
export const buildCommand = ({ service, ref, rebuild }: Wanted): string =>
  `tracker build ${service === '' ? 'SERVICE' : service}${ref === undefined ? '' : `@${ref}`}${rebuild ? ' --rebuild' : ''}`
