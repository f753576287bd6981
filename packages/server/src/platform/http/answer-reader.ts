// Reads one answer under a deadline and a limit, and says what came of the exchange.
import type { Dispatcher } from 'undici'
import { type BoundedBytes, createBoundedBytes } from './bounded-bytes.ts'
import { ANSWER_BYTES_MAX, NO_ANSWER_SENTENCES, type NoAnswerReason, noAnswerOf } from './signed-exchange.ts'

/** An exchange as the HTTP client saw it. */
export type RawExchange =
  | {
      readonly kind: 'response'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly truncated: boolean
    }
  | { readonly kind: 'no_answer'; readonly reason: NoAnswerReason; readonly sentence: string }

/** Interim answers (1xx) that are read: nobody needs many, and a flood of them would keep a processor busy until the deadline. */
const INTERIM_ANSWERS_MAX = 20

/** Answer headers whose values are credentials of the receiver. */
const HIDDEN_ANSWER_HEADERS: ReadonlySet<string> = new Set(['set-cookie', 'www-authenticate', 'proxy-authenticate'])

/**
 * Dispatches `options` and settles exactly once, at the latest after `deadlineMs`. Reads `answerBytesMax` of the body at most.
 *
 * setTimeout per exchange is the shared timer wheel: Node keeps timers of equal length in one list behind one system timer, and a
 * deadline needs no AbortSignal because this handler aborts by itself.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  deadlineMs: number,
  answerBytesMax: number = ANSWER_BYTES_MAX,
): Promise<RawExchange> {
  return new Promise((resolve) => {
    const reader = new AnswerReader(resolve, answerBytesMax)
    reader.startDeadline(deadlineMs)
    try {
      dispatcher.dispatch(options, reader)
    } catch (error) {
      reader.onResponseError(undefined, error)
    }
  })
}

class AnswerReader implements Dispatcher.DispatchHandler {
  #settle: ((exchange: RawExchange) => void) | undefined
  #deadline: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: Record<string, string> = {}
  #interimAnswers = 0
  readonly #body: BoundedBytes

  constructor(settle: (exchange: RawExchange) => void, bytesMax: number) {
    this.#settle = settle
    this.#body = createBoundedBytes(bytesMax)
  }

  startDeadline(deadlineMs: number): void {
    this.#deadline = setTimeout(() => this.#endEarly('deadline'), deadlineMs)
  }

  /** An exchange that is over while it waited for a connection is never sent. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#settle === undefined) this.#hangUp()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) {
      this.#skipInterim()
      return
    }
    this.#status = status
    this.#headers = flatHeaders(headers)
  }

  #skipInterim(): void {
    this.#interimAnswers += 1
    if (this.#interimAnswers > INTERIM_ANSWERS_MAX) this.#endEarly('garbage')
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settle === undefined) return
    if (!this.#body.add(chunk)) this.#endEarly('garbage')
  }

  onResponseEnd(): void {
    this.#end(this.#response(false))
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (this.#status !== 0) this.#end(this.#response(true))
    else this.#end({ kind: 'no_answer', ...noAnswerOf(error, this.#controller !== undefined) })
  }

  #endEarly(reason: NoAnswerReason): void {
    if (this.#status !== 0) this.#end(this.#response(true))
    else this.#end({ kind: 'no_answer', reason, sentence: NO_ANSWER_SENTENCES[reason] })
    this.#hangUp()
  }

  #response(truncated: boolean): RawExchange {
    const body = storableText(this.#body.read())
    return { kind: 'response', status: this.#status, headers: this.#headers, body, truncated }
  }

  #end(exchange: RawExchange): void {
    clearTimeout(this.#deadline)
    this.#settle?.(exchange)
    this.#settle = undefined
    this.#body.clear()
  }

  #hangUp(): void {
    this.#controller?.abort(new Error('The exchange is over.'))
  }
}

/** Any bytes as text that every store takes: PostgreSQL refuses the NUL character. */
function storableText(bytes: Buffer): string {
  return bytes.length === 0 ? '' : bytes.toString('utf8').replaceAll('\u0000', '\ufffd')
}

function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    flat[name] = HIDDEN_ANSWER_HEADERS.has(name) ? '(hidden)' : Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
