import { createHmac } from 'node:crypto'

/** The headers by which a webhook knows who sent it a body, when, and whether it has had it before. */
export const headersOf = (
  body: string,
  delivery: string,
  secret: string,
  now: number,
): Record<string, string> => {
  const timestamp = String(Math.floor(now / 1000))
  return {
    'X-AppTracker-Delivery': delivery,
    'X-AppTracker-Timestamp': timestamp,
    'X-AppTracker-Signature': signatureOf(timestamp, body, secret),
  }
}

/** The same for what the tracker sends and for what it is sent. */
export const signatureOf = (timestamp: string, body: string | Buffer, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`
