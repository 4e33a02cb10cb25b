import { randomUUID } from 'node:crypto'
import type { Notifier } from '../db/notifiers.ts'
import type { Writing } from '../db/store.ts'
import { count } from '../../shared/wording.ts'
import { nextNews } from './next-news.ts'

const keptForMs = 24 * 3_600_000

/**
 * Gives up what is a day old, where nothing has arrived for a day: what is told then should be news. Returns how many
 * notifications that were; they are in the audit trail.
 */
export const giveUpOld = (writing: Writing, notifier: Notifier, error: string): number => {
  const limit = writing.now - keptForMs
  if (notifier.failingSince === null || notifier.failingSince > limit) return 0
  const { seq, number } = oldNews(writing, notifier, limit)
  if (number === 0) return 0
  writing.notifiers.giveUp(notifier.id, seq, number)
  writing.audit.append({
    at: writing.now,
    who: 'tracker',
    action: 'notifier.give-up',
    subject: `notifier ${notifier.name}`,
    reason: `${count(number, 'notification')} did not arrive for a day: ${error}`,
    address: 'the tracker itself',
    requestId: randomUUID(),
  })
  return number
}

const oldNews = (writing: Writing, notifier: Notifier, limit: number): { seq: number; number: number } => {
  let seq = notifier.toldThrough
  for (let number = 0; ;) {
    const next = nextNews(writing, notifier, seq)
    if ('news' in next) {
      if (next.news.event.at > limit) return { seq, number }
      seq = next.news.event.seq
      number += 1
    } else {
      if (next.isAll) return { seq, number }
      seq = next.noneThrough
    }
  }
}
