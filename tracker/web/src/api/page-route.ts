import type { Route } from '../../../../shared/api/route.ts'

/** Of a route, what it takes to call it. The compiler holds it to the contract; the schemas stay out of the bundle, a third of which they would be. */
export interface PageRoute<R extends Route> extends Pick<R, 'method' | 'path' | 'access'> {
  /** Never set: it carries the type of the route. */
  readonly contract?: R
}

export const route = <R extends Route>(address: Pick<R, 'method' | 'path' | 'access'>): PageRoute<R> =>
  address
