/** What a lock or a freeze is on: a service or all, on hosts of one cluster or on all. */
export interface Place {
  readonly service?: string | undefined
  readonly cluster?: string | undefined
}

/** `web in prod`. */
export const describePlace = ({ service = 'Everything', cluster }: Place): string =>
  cluster === undefined ? service : `${service} in ${cluster}`

/** `web -c prod`, as commands take it. */
export const placeArguments = ({ service = '', cluster }: Place): string =>
  cluster === undefined ? service : `${service} -c ${cluster}`
