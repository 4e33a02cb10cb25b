import * as z from 'zod'

/** A service, cluster or label word: the pattern of DESIGN, safe as a path segment and as a NATS token. */
const word = /^[a-z0-9][a-z0-9-]{0,62}$/

export const ServiceName = z
  .string()
  .regex(
    word,
    'a service name is 1 to 63 lower-case letters, digits and dashes, and starts with a letter or digit',
  )

export const ClusterName = z
  .string()
  .regex(
    word,
    'a cluster name is 1 to 63 lower-case letters, digits and dashes, and starts with a letter or digit',
  )

/** The service that the grabber itself is: it is run by its launcher, not as services are. */
export const grabberService = 'grabber'

/** What people call a host; full domain names are fine, so it may hold dots. */
export const HostName = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'a host name is lower-case letters, digits, dashes and dots, as in DNS',
  )

/** An agent's id: one NATS token, made by the tracker at enrolment, never reused. */
export const AgentId = z.string().regex(/^[hp][0-9a-f]{12}$/, 'an agent id is h or p and 12 hex digits')
export type AgentId = z.infer<typeof AgentId>

export const Labels = z.record(
  z.string().regex(word, 'a label name is lower-case letters, digits and dashes'),
  z
    .string()
    .regex(
      /^[A-Za-z0-9._-]{1,63}$/,
      'a label value is 1 to 63 letters, digits, dots, dashes and underscores',
    ),
)
export type Labels = z.infer<typeof Labels>

/** Whether all that is wanted is among the labels. */
export const hasLabels = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value)

/** As people write them: `os=linux, arch=arm64`. */
export const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map((label) => label.join('='))
    .join(', ')

/** SHA-256 of an artifact's bytes, in hex: the artifact's identity. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'a digest is 64 hex digits (SHA-256)')
export type Digest = z.infer<typeof Digest>

export const Commit = z.string().regex(/^[0-9a-f]{40}$/, 'a commit is 40 hex digits')

/** A git ref as a person types it. Leading dashes, `..` and `@{` are refused: git would read them as more than a name. */
export const Ref = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!.*(\.\.|@\{))[A-Za-z0-9_][A-Za-z0-9._/+-]*$/, 'a ref is a branch, a tag or a commit')

/** The human name of an artifact within its service: the tag it was built from, else the short commit. */
export const Version = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}$/)
