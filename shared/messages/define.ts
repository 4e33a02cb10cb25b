import type * as z from 'zod'

/** The words in braces of a subject template: `at.v1.order.{host}` -> `host`. */
type Parameter<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Parameter<Rest>
  : never

export type SubjectParameters<Template extends string> = Record<Parameter<Template>, string>

/** One kind of message that is published and not answered. */
export interface Message<Template extends string = string, Payload extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly summary: string
  readonly subject: Template
  readonly payload: Payload
  readonly example: z.input<Payload>
}

/** One kind of request with its reply. A reply is sent only after what it confirms is stored. */
export interface Call<
  Template extends string = string,
  Request extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  readonly name: string
  readonly summary: string
  readonly subject: Template
  readonly request: Request
  readonly reply: Reply
  readonly example: { request: z.input<Request>; reply: z.input<Reply> }
}

export const defineMessage = <Template extends string, Payload extends z.ZodType>(
  message: Message<Template, Payload>,
): Message<Template, Payload> => message

export const defineCall = <Template extends string, Request extends z.ZodType, Reply extends z.ZodType>(
  call: Call<Template, Request, Reply>,
): Call<Template, Request, Reply> => call

/** The subject with its words filled in. */
export const subjectFor = <Template extends string>(
  template: Template,
  parameters: SubjectParameters<Template>,
): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const token = (parameters as Record<string, string>)[name] ?? ''
    if (!/^[A-Za-z0-9-]+$/.test(token)) throw new Error(`${name} '${token}' is not one subject token`)
    return token
  })

/** The subject as a subscription: `*` for each word. */
export const patternFor = (template: string): string => template.replace(/\{\w+\}/g, '*')

/** The words of a concrete subject, by the names that the template gives them. */
export const parametersOf = <Template extends string>(
  template: Template,
  subject: string,
): SubjectParameters<Template> => {
  const tokens = subject.split('.')
  const found = template
    .split('.')
    .flatMap((part, index) => (part.startsWith('{') ? [[part.slice(1, -1), tokens[index] ?? '']] : []))
  return Object.fromEntries(found) as SubjectParameters<Template>
}
