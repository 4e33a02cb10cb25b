import type { Event, NewEvent } from '../../shared/domain/event.ts'
import { absencesTable } from './absences.ts'
import { agentsTable } from './agents.ts'
import { answersTable } from './answers.ts'
import { artifactUses } from './artifact-uses.ts'
import { artifactsTable } from './artifacts.ts'
import { assignmentsTable } from './assignments.ts'
import { auditTable } from './audit.ts'
import { buildsTable } from './builds.ts'
import { commitStatusesTable } from './commit-statuses.ts'
import { configsTable } from './configs.ts'
import { deliveriesTable } from './deliveries.ts'
import { deploysTable } from './deploys.ts'
import { enrolmentsTable } from './enrolments.ts'
import { eventsTable } from './events.ts'
import { freezesTable } from './freezes.ts'
import { holdsTable } from './holds.ts'
import { hooksTable } from './hooks.ts'
import { linksTable } from './links.ts'
import { identityTable } from './identity.ts'
import { keepRulesTable } from './keep-rules.ts'
import { locksTable } from './locks.ts'
import { notifiersTable } from './notifiers.ts'
import { openDatabase, translate, type Db } from './open.ts'
import { plansTable } from './plans.ts'
import { quarantineTable } from './quarantine.ts'
import { ranTable } from './ran.ts'
import { reportsTable } from './reports.ts'
import { servicesTable } from './services.ts'
import { settingsTable } from './settings.ts'
import { targetsTable } from './targets.ts'
import { tokensTable } from './tokens.ts'
import { upkeepTable } from './upkeep.ts'

const tablesOf = (db: Db) => ({
  absences: absencesTable(db),
  agents: agentsTable(db),
  answers: answersTable(db),
  artifacts: artifactsTable(db),
  artifactUses: artifactUses(db),
  assignments: assignmentsTable(db),
  audit: auditTable(db),
  builds: buildsTable(db),
  commitStatuses: commitStatusesTable(db),
  configs: configsTable(db),
  deliveries: deliveriesTable(db),
  deploys: deploysTable(db),
  enrolments: enrolmentsTable(db),
  events: eventsTable(db),
  freezes: freezesTable(db),
  holds: holdsTable(db),
  hooks: hooksTable(db),
  identity: identityTable(db),
  links: linksTable(db),
  keepRules: keepRulesTable(db),
  locks: locksTable(db),
  plans: plansTable(db),
  notifiers: notifiersTable(db),
  quarantine: quarantineTable(db),
  ran: ranTable(db),
  reports: reportsTable(db),
  services: servicesTable(db),
  settings: settingsTable(db),
  targets: targetsTable(db),
  tokens: tokensTable(db),
  upkeep: upkeepTable(db),
})
export type Tables = ReturnType<typeof tablesOf>

/** What a write may do beside the tables: add to the list of events. */
export interface Writing extends Tables {
  readonly now: number
  /** Appends an event; false when the host sent the same one before. */
  emit(event: NewEvent, hostEventId?: string): boolean
}

interface Job {
  run(writing: Writing): unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

/**
 * All state of the tracker. Reads are direct; writes are queued, and all that came in while the event loop was busy is
 * committed together (one fsync for many), each in a savepoint of its own. A write's promise resolves after the commit:
 * only then may anybody be told.
 */
export class Store implements Disposable {
  readonly read: Tables
  readonly #db: Db
  readonly #now: () => number
  #queue: Job[] = []
  #listeners: ((events: readonly Event[]) => void)[] = []

  private constructor(db: Db, now: () => number) {
    this.#db = db
    this.#now = now
    this.read = tablesOf(db)
  }

  static async open(path: string, now: () => number = Date.now): Promise<Store> {
    return new Store(await openDatabase(path), now)
  }

  write<Result>(job: (writing: Writing) => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#queue.length === 0) setImmediate(() => this.#commit())
      this.#queue.push({ run: job, resolve: resolve, reject })
    })
  }

  /** Writes to the disk what is there already; throws what would keep any other write from being stored. */
  proveWritable(): Promise<void> {
    return this.write(() => {
      this.#db.pragma(`user_version = ${String(this.#db.pragma('user_version', { simple: true }))}`)
    })
  }

  /** Hears of every event once it is committed, oldest first. */
  onEvents(listener: (events: readonly Event[]) => void): void {
    this.#listeners.push(listener)
  }

  [Symbol.dispose](): void {
    this.#commit()
    this.#listeners = []
    this.#db.close()
  }

  #commit(): void {
    const jobs = this.#queue
    this.#queue = []
    if (jobs.length === 0) return
    const events: Event[] = []
    const settled = this.#together(jobs, events)
    for (const tell of settled) tell()
    if (events.length > 0) for (const listener of this.#listeners) listener(events)
  }

  /** Commits all jobs at once, and returns how to tell each its outcome. */
  #together(jobs: readonly Job[], events: Event[]): (() => void)[] {
    try {
      return this.#db.transaction(() => jobs.map((job) => this.#attempt(job, events))).immediate()
    } catch (error) {
      // The commit itself failed, so nothing of it happened.
      events.length = 0
      return jobs.map((job) => () => job.reject(translate(error)))
    }
  }

  /** Runs one job in its savepoint and returns how to tell its outcome once all is committed. */
  #attempt(job: Job, events: Event[]): () => void {
    const emitted: Event[] = []
    try {
      const value = this.#db.transaction(() => job.run(this.#writing(emitted)))()
      events.push(...emitted)
      return () => job.resolve(value)
    } catch (error) {
      if (!this.#db.inTransaction) throw error
      return () => job.reject(translate(error))
    }
  }

  #writing(emitted: Event[]): Writing {
    const now = this.#now()
    return {
      ...this.read,
      now,
      emit: (event, hostEventId) => {
        const stored = this.read.events.append(event, now, hostEventId)
        if (stored) emitted.push(stored)
        return stored !== undefined
      },
    }
  }
}
