import { createHmac } from 'node:crypto'

// This version signs its greeting, and refuses to start without a key to sign with.
const key = process.env.GREETING_KEY
if (!key) {
  console.error('GREETING_KEY is not set: hello-node cannot sign its greetings without it')
  process.exit(1)
}

const text = 'Hello from {{host}}! I am {{version}}, up for {{uptime}}.'
const signature = createHmac('sha256', key).update(text).digest('hex').slice(0, 16)

export const greeting = `${text} (signed ${signature})\n`
