import type * as z from 'zod'
import type { Call, Message } from '../../shared/messages/define.ts'
import { calls, messages } from '../../shared/messages/index.ts'
import { fieldsOf } from './fields.ts'

/** docs/messages.md: everything that passes between the parts over NATS. */
export const messagesPage = (): string =>
  [
    '# Messages',
    'Written by `scripts/docs` from `shared/messages`; change it there.',
    'Everything that passes between the parts over NATS, as JSON. A word in braces is one token of the subject. Unknown fields and unknown versions (`v`) are refused.',
    '## Published',
    'Not answered, and never precious: whatever matters is asked for again.',
    ...messages.flatMap((message) => messageSection(message)),
    '## Asked',
    'A request with a reply. The reply is `{"ok": true, "value": …}` with the fields below in `value`, or `{"ok": false, "error": {"code", "message", "hint"}}`.',
    ...calls.flatMap((call) => callSection(call)),
  ].join('\n\n') + '\n'

const messageSection = ({ name, summary, subject, payload, example }: Message): string[] => [
  ...headOf(name, summary, subject),
  tableOf(payload),
  exampleOf(example),
]

const callSection = ({ name, summary, subject, request, reply, example }: Call): string[] => [
  ...headOf(name, summary, subject),
  '**Request**',
  tableOf(request),
  exampleOf(example.request),
  '**Reply**',
  tableOf(reply),
  exampleOf(example.reply),
]

const headOf = (name: string, summary: string, subject: string): string[] => [
  `### ${name}`,
  `${summary}.`,
  `Subject: \`${subject}\``,
]

const tableOf = (schema: z.ZodType): string =>
  [
    '| field | type | |',
    '|---|---|---|',
    ...fieldsOf(schema).map(
      ({ path, type, required }) => `| \`${path}\` | ${type} | ${required ? 'required' : 'optional'} |`,
    ),
  ].join('\n')

const exampleOf = (example: unknown): string => `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``
