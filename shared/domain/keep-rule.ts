import * as z from 'zod'

/** `v*`: a tag in which each `*` stands for any text. */
const TagPattern = z
  .string()
  .regex(
    /^[A-Za-z0-9._/+*-]{1,200}$/,
    'a pattern of tags is a tag in which * stands for anything, as in v* or release-*',
  )

/** What is kept of a service’s artifacts, beside what is in use somewhere. */
export const KeepRule = z.strictObject({
  /** The newest so many. */
  last: z.int().min(0, 'give 0 to 10000').max(10_000, 'give 0 to 10000'),
  /** Whatever is younger than so many days; logs of builds too. */
  days: z.int().min(1, 'give 1 to 36500').max(36_500, 'give 1 to 36500'),
  /** For ever, what was built from a tag that matches one of these. */
  tags: z.array(TagPattern).max(20),
})
export type KeepRule = z.infer<typeof KeepRule>

/** Unless somebody has set another. */
export const defaultKeepRule: KeepRule = { last: 10, days: 30, tags: ['*'] }

/** `the newest 10, all tags, whatever is younger than 30 days`. */
export const keepRuleText = ({ last, days, tags }: KeepRule): string =>
  [
    ...(last === 0 ? [] : [last === 1 ? 'the newest' : `the newest ${last}`]),
    ...(tags.length === 0 ? [] : [tags.includes('*') ? 'all tags' : `tags like ${tags.join(', ')}`]),
    `whatever is younger than ${days === 1 ? 'a day' : `${days} days`}`,
  ].join(', ')
