// A real listener that answers at random and sometimes slowly, and remembers everything it heard.
import type { ServerResponse } from 'node:http'
import { type Later, startBodyServer } from '../stage/body-server.ts'

/** One webhook that was heard. */
export interface Heard {
  /** Header `webhook-id`: the same for every attempt of a delivery. */
  readonly webhookId: string
  readonly orderId: number
  readonly type: string
  /** Wall milliseconds. */
  readonly at: number
  /** What was answered, whole; null: nothing, or the sender was gone before. */
  status: number | null
  /** Wall milliseconds at which the answer had left; null: never. */
  answeredAt: number | null
}

/** The listener. */
export interface AnsweringListener {
  readonly url: string
  /** In the order in which they came. */
  readonly heard: readonly Heard[]
  /** From now on everything is accepted at once, so that the run can end. */
  calmDown(): void
  stop(): Promise<void>
}

type Mood = (response: ServerResponse, later: Later) => void

const SLOW_MS_MAX = 700
/** Longer than the deadline of an exchange. */
const TOO_SLOW_MS = 1_400

/** Starts it on a free port; `random` draws each answer. */
export async function startAnsweringListener(random: () => number): Promise<AnsweringListener> {
  const heard: Heard[] = []
  let isCalm = false
  const moodOf = (drawn: number): Mood => {
    const good = random() < 0.5 ? 204 : 200
    if (isCalm || drawn < 0.8) return (response) => response.writeHead(good).end()
    if (drawn < 0.86) return (response, later) => later(random() * SLOW_MS_MAX, () => response.writeHead(good).end())
    if (drawn < 0.94) return (response) => response.writeHead(503).end()
    if (drawn < 0.97) return (response) => response.destroy()
    return (response, later) => later(TOO_SLOW_MS, () => response.writeHead(good).end())
  }
  const server = await startBodyServer((request, bytes, response, later) => {
    const body = JSON.parse(bytes.toString()) as Body
    const one: Heard = {
      ...readBody(body),
      webhookId: idOf(request.headers),
      at: Date.now(),
      status: null,
      answeredAt: null,
    }
    heard.push(one)
    noteAnswer(one, response)
    moodOf(random())(response, later)
  })
  return {
    url: `http://127.0.0.1:${server.port}/webhooks`,
    heard,
    calmDown: () => {
      isCalm = true
    },
    stop: server.stop,
  }
}

interface Body {
  readonly notification_type: string
  readonly order?: { readonly id: number }
  readonly purchase?: { readonly order?: { readonly id: number } }
}

function readBody({ notification_type: type, order, purchase }: Body): Pick<Heard, 'type' | 'orderId'> {
  return { type, orderId: order?.id ?? purchase?.order?.id ?? 0 }
}

function idOf(headers: NodeJS.Dict<string | string[]>): string {
  return String(headers['webhook-id'])
}

/** Completes what was heard when its answer has left. */
export function noteAnswer(one: Heard, response: ServerResponse): void {
  response.on('finish', () => {
    one.status = response.statusCode
    one.answeredAt = Date.now()
  })
}

/** Whether an answer accepts. */
export function isAccepted({ status }: Pick<Heard, 'status'>): boolean {
  return status === 200 || status === 201 || status === 204
}
