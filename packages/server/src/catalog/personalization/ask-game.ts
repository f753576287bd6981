// Asks the game what a player may buy: signed, within a deadline, and with few questions at once.
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { createQuestionPlaces, type SignedSender } from '../../platform/http/index.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { type CatalogAnswer, FAILED, readExchange } from './catalog-answer.ts'
import { type CatalogQuestion, renderCatalogQuestion } from './catalog-question.ts'
import type { Offers } from './offer.ts'

/** Connections that one game gets at most; as many questions are under way. */
export const QUESTIONS_PER_PROJECT = 16
const PLACES = { perProject: QUESTIONS_PER_PROJECT, waitingMax: 64, inAll: 256 } as const

/** Most bytes of an answer; ten times a list of 500 items with dates. */
export const OFFERS_BYTES_MAX: number = 512 * 1024

/** Where a project's questions go and how long an answer may take. */
export interface PartnerListener {
  readonly url: string
  /** Current first. */
  readonly secrets: readonly string[]
  readonly deadlineMs: number
}

/**
 * What the game said. `bytes` is what keeping it costs, about.
 *
 * `failed`: it did not answer, or with nothing that can be used.
 */
export type GameAnswer =
  | { readonly kind: 'offers'; readonly offers: Offers; readonly bytes: number }
  | { readonly kind: 'failed' }

/** Why it is asked. */
export type Purpose = 'shown' | 'purchase'

/** Asks once; never rejects. */
export type AskGame = (listener: PartnerListener, question: CatalogQuestion, purpose: Purpose) => Promise<GameAnswer>

/** What asking needs. `sender` has its own connections: players wait for the answer. */
export interface AskGameDeps {
  readonly sender: Pick<SignedSender, 'send'>
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Makes the asker. */
export function makeAskGame(deps: AskGameDeps): AskGame {
  const places = createQuestionPlaces(PLACES)
  const tell = makeTell(deps)
  return async (listener, question, purpose) => {
    const startedAt = performance.now()
    const giveBack = await places.take(question.projectId, listener.deadlineMs)
    if (giveBack === null) return tell(question, purpose, BUSY)
    try {
      const leftMs = Math.max(1, Math.round(listener.deadlineMs - (performance.now() - startedAt)))
      const body = renderCatalogQuestion(question)
      const exchange = await deps.sender.send({
        ...listener,
        body,
        deadlineMs: leftMs,
        webhookId: `msg_${randomUUID()}`,
      })
      return tell(question, purpose, readExchange(exchange))
    } finally {
      giveBack()
    }
  }
}

const BUSY: CatalogAnswer = { ...FAILED, sentence: 'busy: Too many questions to this game wait for an answer.' }

function makeTell({ logger, metrics }: AskGameDeps) {
  const questions = metrics.counter({
    name: 'partner_catalog_questions_total',
    help: 'Questions to games what a player may buy, by purpose and outcome.',
    labels: ['purpose', 'outcome'],
  })
  const ignored = metrics.counter({
    name: 'partner_catalog_entries_ignored_total',
    help: 'Entries of such answers that did not count, by reason.',
    labels: ['reason'],
  })
  return ({ projectId }: CatalogQuestion, purpose: Purpose, answer: CatalogAnswer): GameAnswer => {
    const { outcome, status, sentence, invalidCount, duplicateCount, durationMs, offers, bytes } = answer
    questions.add({ purpose, outcome })
    if (invalidCount > 0) ignored.add({ reason: 'invalid' }, invalidCount)
    if (duplicateCount > 0) ignored.add({ reason: 'duplicate' }, duplicateCount)
    const count = invalidCount + duplicateCount
    const fields = { projectId, kind: purpose, outcome, status, count, durationMs, detail: sentence }
    if (sentence === null) logger.debug('partner_catalog.asked', fields)
    else logger.warn('partner_catalog.asked', fields)
    return outcome === 'failed' ? { kind: 'failed' } : { kind: 'offers', offers, bytes }
  }
}
