// The question before a payment: does the game know this user? Asked while the player waits, never queued, never sent again.
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { judge } from '@ordertrail/core'
import { renderUserValidation, type UserValidationSubject } from '../notifications/index.ts'
import {
  createQuestionPlaces,
  type QuestionPlaces,
  type SignedExchange,
  type SignedSender,
} from '../platform/http/index.ts'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Row } from '../platform/store/index.ts'
import type { Observe } from '../platform/trail.ts'
import { isWebhookRoute, type ProjectDirectory, type ProjectFacts, type WebhookTarget } from '../projects/index.ts'
import type { FaultInjection } from './fault-injection.ts'
import { isPaused } from './release-successors.ts'

/** Questions that one project may have under way. */
export const PLACES_PER_PROJECT = 16
const PLACES = { perProject: PLACES_PER_PROJECT, waitingMax: 64, inAll: 1_024 } as const

/** When it is asked: four times on the way to a payment. */
export type ValidationStage = 'method_chosen' | 'data_entered' | 'pay_pressed' | 'before_capture'

/** The columns of the order that the question is about. */
export type UserValidationOrder = UserValidationSubject['order'] & Pick<Row<'orders'>, 'id' | 'currency_kind'>

/** One question. */
export interface UserQuestion {
  readonly projectId: number
  readonly order: UserValidationOrder
  readonly stage: ValidationStage
}

/** `skipped`: this game is not asked. `refused`: no payment may follow; `sentence` is for the player. */
export type UserValidation =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'refused'; readonly sentence: string }

/** Asks one question. It rejects only where the store is away. */
export type ValidateUser = (question: UserQuestion) => Promise<UserValidation>

/** What asking needs. `sender` has its own connections, so that no queue of webhooks stands before a player. */
export interface UserValidationDeps {
  readonly directory: Pick<ProjectDirectory, 'find' | 'webhookTarget'>
  readonly sender: Pick<SignedSender, 'send'>
  readonly logger: Logger
  readonly metrics: Metrics
  readonly observe?: Observe | undefined
  /** Absent or null: outside of dev. */
  readonly faults?: Pick<FaultInjection, 'take'> | null
}

const SENTENCES: Readonly<Record<'unknown' | 'silent', string>> = {
  unknown: 'The game does not accept a payment for this account. Nothing was charged.',
  silent: 'The game could not confirm your account just now. Nothing was charged; please try again later.',
}

/** Makes the asker. Anything but 200, 201 and 204 within the project's deadline is a refusal. */
export function makeUserValidation(deps: UserValidationDeps): ValidateUser {
  const places = createQuestionPlaces(PLACES)
  const tell = makeTell(deps)
  return async (question) => {
    const facts = await deps.directory.find(question.projectId)
    if (facts === undefined || !isAsked(facts, question.order)) return { kind: 'skipped' }
    const target = await deps.directory.webhookTarget(question.projectId)
    if (target === null || !target.isEnabled || target.url === '') return { kind: 'skipped' }
    const body = bodyOf(facts, question)
    const answer = deps.faults?.take('user_validation') ?? (await ask(deps, places, { question, facts, target, body }))
    tell(question, body, answer)
    return verdictOf(answer)
  }
}

/** Games are asked about users who pay money, where webhooks are sent at all. */
function isAsked(facts: ProjectFacts, order: UserValidationOrder): boolean {
  const isWebhookOn = isWebhookRoute(facts) && !isPaused(facts)
  return isWebhookOn && order.party_kind === 'user' && order.currency_kind === 'real'
}

function bodyOf({ merchantId, settings: { toggles } }: ProjectFacts, { order }: UserQuestion): string {
  return renderUserValidation({ merchantId, toggles, order })
}

interface Asked {
  readonly question: UserQuestion
  readonly facts: ProjectFacts
  readonly target: WebhookTarget
  readonly body: string
}

/** The exchange, or null where the deadline passed in the queue before it. */
async function ask(
  { sender }: UserValidationDeps,
  places: QuestionPlaces,
  asked: Asked,
): Promise<SignedExchange | null> {
  const { facts, target, question, body } = asked
  const { userValidationDeadlineMs: deadlineMs } = facts.settings
  const startedAt = performance.now()
  const giveBack = await places.take(question.projectId, deadlineMs)
  if (giveBack === null) return null
  try {
    const leftMs = Math.max(1, Math.round(deadlineMs - (performance.now() - startedAt)))
    return await sender.send({ ...target, body, deadlineMs: leftMs, webhookId: `msg_${randomUUID()}` })
  } finally {
    giveBack()
  }
}

function verdictOf(answer: SignedExchange | null): UserValidation {
  if (answer?.kind !== 'response') return { kind: 'refused', sentence: SENTENCES.silent }
  const verdict = judge(answer)
  if (verdict === 'accepted') return { kind: 'accepted' }
  return { kind: 'refused', sentence: verdict === 'rejected' ? SENTENCES.unknown : SENTENCES.silent }
}

function makeTell({
  logger,
  metrics,
  observe,
}: UserValidationDeps): (question: UserQuestion, body: string, answer: SignedExchange | null) => void {
  const validations = metrics.counter({
    name: 'user_validations_total',
    help: 'Questions to games whether they know a user, by stage and outcome.',
    labels: ['stage', 'outcome'],
  })
  return ({ projectId, order, stage }, body, answer) => {
    const isAccepted = verdictOf(answer).kind === 'accepted'
    const status = answer?.kind === 'response' ? answer.status : null
    const failure = failureOf(answer)
    const durationMs = answer?.durationMs ?? 0
    const outcome = isAccepted ? 'accepted' : 'refused'
    validations.add({ stage, outcome })
    logger.info('user.validated', {
      projectId,
      orderId: order.id,
      kind: stage,
      outcome,
      status,
      reason: failure,
      durationMs,
    })
    const userId = order.party_id
    observe?.({
      kind: 'user.validated',
      projectId,
      orderId: order.id,
      userId,
      stage,
      status,
      isAccepted,
      failure,
      durationMs,
      body,
    })
  }
}

function failureOf(answer: SignedExchange | null): string | null {
  if (answer === null) return 'busy: Too many questions to this game wait for an answer.'
  return answer.kind === 'no_answer' ? `${answer.reason}: ${answer.sentence}` : null
}
