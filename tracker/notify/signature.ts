import { createHmac } from 'node:crypto'

/** The headers by which a webhook knows who sent it a body, when, and whether it has had it before. */
export const headersOf = (
  body: string,
  delivery: string,
  secret: string,
  now: number,
): Record<string, string> => {
  const timestamp = String(Math.floor(now / 1000))
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')
  return {
    'X-AppTracker-Delivery': delivery,
    'X-AppTracker-Timestamp': timestamp,
    'X-AppTracker-Signature': `sha256=${signature}`,
  }
}
