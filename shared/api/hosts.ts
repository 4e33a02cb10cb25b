import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { AgentId, ClusterName, HostName, Labels } from '../domain/names.ts'
import { listOf } from './common.ts'
import { defineRoute } from './route.ts'

/**
 * `enrolled`: never reported yet. `silent`: the last report is too old to be believed. `absent`: only of a moment in the past,
 * when it was not enrolled yet.
 */
export const HostState = z.enum(['enrolled', 'reporting', 'silent', 'absent'])
export type HostState = z.infer<typeof HostState>

export const HostView = z.strictObject({
  id: AgentId,
  name: HostName,
  cluster: ClusterName,
  labels: Labels,
  state: HostState,
  lastReportAt: Timestamp.optional(),
  /** Version of the grabber that sent the last report. */
  grabber: z.string().optional(),
})
export type HostView = z.infer<typeof HostView>

export const LabelFilter = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}=[A-Za-z0-9._-]{1,63}$/, 'a label filter is name=value')

/** Which hosts: in one of the clusters, named by the pattern, with all of the labels. What is left out does not restrict. */
export const HostSelection = z.strictObject({
  clusters: z.array(ClusterName).max(100).default([]),
  /** RE2 syntax, matched anywhere in the host's name. */
  pattern: z.string().max(1000).optional(),
  labels: z.array(LabelFilter).max(100).default([]),
})
export type HostSelection = z.infer<typeof HostSelection>

/** The same selection in a query string, where one value or several may be given under one name. */
export const HostQuery = z.strictObject({
  cluster: listOf(ClusterName),
  pattern: z.string().max(1000).optional(),
  label: listOf(LabelFilter),
})

export const listHosts = defineRoute({
  method: 'GET',
  path: '/api/v1/hosts',
  summary: 'Hosts, chosen by cluster, pattern and labels',
  access: 'token',
  query: HostQuery,
  response: z.strictObject({ hosts: z.array(HostView) }),
})
