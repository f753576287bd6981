// What a server that is compared is asked: to push statuses at a pace, and to let its garbage go.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { collectAll } from '../../frame/collect-all.ts'
import { wallMs } from '../../frame/wall-clock.ts'

/** Statuses 0 to `count - 1`, each to one of `players`, whether or not the server keeps up. */
export interface PushPlan {
  readonly perSecond: number
  readonly count: number
  readonly players: number
}

/** `push` is answered with a PushReport, `collect` with 'done'. */
export type ContenderQuestion = { readonly kind: 'push'; readonly plan: PushPlan } | { readonly kind: 'collect' }

/** When the first was due, in wall milliseconds; the others follow at the pace. */
export interface PushReport {
  readonly startedAtMs: number
}

/** First words of the process. */
export interface ContenderReady {
  readonly url: string
}

/** One server: its clients are known by the number of their player. */
export interface Contender {
  /** Called before each run, when all clients are in. */
  prepare(players: number): Promise<void>
  push(player: number, number: number): void
}

const TICK_MS = 1
/** Prime, so that the players come in an order that no cache likes. */
const STRIDE = 7_919

/** Serves a contender on a free port of this machine and answers the bench until that hangs up. */
export async function serveContender(make: (server: Server) => Promise<Contender>): Promise<void> {
  const server = createServer()
  const contender = await make(server)
  process.on('message', async (question: ContenderQuestion) => process.send?.(await answer(contender, question)))
  process.on('disconnect', () => process.exit())
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.send?.({ url: `http://127.0.0.1:${port}` } satisfies ContenderReady)
  })
}

async function answer(contender: Contender, question: ContenderQuestion): Promise<PushReport | 'done'> {
  if (question.kind === 'push') {
    await contender.prepare(question.plan.players)
    return pushAll(contender, question.plan)
  }
  collectAll()
  return 'done'
}

async function pushAll(contender: Contender, { perSecond, count, players }: PushPlan): Promise<PushReport> {
  const startedAtMs = wallMs()
  for (let sent = 0; sent < count; await sleep(TICK_MS)) {
    const due = Math.min(count, Math.floor(((wallMs() - startedAtMs) * perSecond) / 1_000))
    for (; sent < due; sent += 1) contender.push((sent * STRIDE) % players, sent)
  }
  return { startedAtMs }
}
