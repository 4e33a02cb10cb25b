import { initial } from './001-initial.ts'

/** In order; number N brings the schema to version N. An entry that has been released is never changed again. */
export const migrations = [initial] as const
