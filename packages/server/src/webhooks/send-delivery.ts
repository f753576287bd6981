// Sends one webhook to where its project wants it now; outside of any transaction.
import type { DeliveryType } from '@ordertrail/core'
import type { SignedExchange, SignedSender } from '../platform/http/index.ts'
import { isStoreFailure } from '../platform/store/index.ts'
import type { ProjectDirectory, WebhookTarget } from '../projects/index.ts'
import type { AttemptExchange } from './attempt-report.ts'
import type { Pace } from './endpoint-slots.ts'
import type { FaultInjection } from './fault-injection.ts'

/** What sending needs. `faults` null: outside of dev. */
export interface SendDeps {
  readonly directory: Pick<ProjectDirectory, 'webhookTarget'>
  readonly sender: Pick<SignedSender, 'send'>
  readonly faults: Pick<FaultInjection, 'take'> | null
  /** For the whole exchange. */
  readonly deadlineMs: number
}

/** An answer within this time is quick, our own queues included. */
const QUICK_MS = 250

/** One message; `startedAt` is the wall time that the log shows. */
export interface Message {
  readonly projectId: number
  readonly notificationId: number
  readonly type: DeliveryType
  readonly body: string
  readonly startedAt: number
}

/**
 * `off`: there is nowhere to send it to. `store_away`: nobody knows where to. `secret_unreadable`: it cannot be signed. `stopped`: this
 * process is going down.
 */
export type UnsentReason = 'off' | 'store_away' | 'secret_unreadable' | 'stopped'

/** One exchange, or why there was none. `isTimeout`: the listener was too slow, which asks for fewer requests at once. */
export type SentDelivery =
  | { readonly kind: 'sent'; readonly exchange: AttemptExchange; readonly isTimeout: boolean }
  | { readonly kind: 'unsent'; readonly reason: UnsentReason; readonly error?: unknown }

/** Sends `message` with the URL and secrets of this moment. Never rejects. */
export async function sendDelivery(deps: SendDeps, message: Message): Promise<SentDelivery> {
  const found = await findTarget(deps, message.projectId)
  if (found.kind === 'unsent') return found
  const answer = deps.faults?.take(message.type) ?? (await post(deps, message, found.target))
  if (answer.kind === 'no_answer' && answer.reason === 'sender_stopped') return { kind: 'unsent', reason: 'stopped' }
  const isTimeout = answer.kind === 'no_answer' && (answer.reason === 'deadline' || answer.reason === 'connect_timeout')
  return { kind: 'sent', exchange: exchangeOf(message, found.target.url, answer), isTimeout }
}

type FoundTarget =
  | { readonly kind: 'found'; readonly target: WebhookTarget }
  | Extract<SentDelivery, { readonly kind: 'unsent' }>

async function findTarget({ directory }: SendDeps, projectId: number): Promise<FoundTarget> {
  try {
    const target = await directory.webhookTarget(projectId)
    if (target === null || !target.isEnabled || target.url === '') return { kind: 'unsent', reason: 'off' }
    return { kind: 'found', target }
  } catch (error) {
    return { kind: 'unsent', reason: isStoreFailure(error) ? 'store_away' : 'secret_unreadable', error }
  }
}

function post({ sender, deadlineMs }: SendDeps, message: Message, target: WebhookTarget): Promise<SignedExchange> {
  const { url, secrets } = target
  return sender.send({ url, secrets, body: message.body, deadlineMs, webhookId: webhookIdOf(message) })
}

/** The same for every attempt, so that listeners know a message again. */
function webhookIdOf({ notificationId }: Pick<Message, 'notificationId'>): string {
  return `msg_${notificationId}`
}

function exchangeOf({ startedAt }: Message, url: string, answer: SignedExchange): AttemptExchange {
  const { durationMs } = answer
  const isAnswered = answer.kind === 'response'
  return {
    url,
    startedAt,
    durationMs,
    answer: isAnswered ? { kind: 'response', status: answer.status } : { kind: 'no_answer', reason: answer.reason },
    failure: failureOf(answer),
    requestHeaders: JSON.stringify(answer.requestHeaders),
    responseHeaders: isAnswered ? JSON.stringify(answer.headers) : null,
    responseBody: isAnswered ? answer.body : null,
  }
}

function failureOf(answer: SignedExchange): string | null {
  if (answer.kind === 'no_answer') return `${answer.reason}: ${answer.sentence}`
  return answer.truncated ? 'The body of the answer was cut: too long, too slow, or closed early.' : null
}

/** What the end of a send says of the pace that its endpoint can bear. */
export function paceOf(sent: SentDelivery): Pace {
  if (sent.kind === 'unsent') return 'other'
  if (sent.isTimeout) return 'timeout'
  if (sent.exchange.answer.kind !== 'response') return 'unanswered'
  return sent.exchange.durationMs <= QUICK_MS ? 'quick' : 'answered'
}
