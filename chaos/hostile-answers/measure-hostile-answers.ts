// What answers without end cost the sender: memory above the quiet case, and time beyond the deadline.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSignedSender, type SignedSender } from '../../packages/server/src/platform/http/index.ts'

// The same as the flag --expose-gc, which a script of npm cannot give.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Kinds of answers, as the listener knows them. */
export const HOSTILE_ANSWERS = [
  'endless body',
  'endless chunks',
  'endless remarks between chunks',
  'endless headers',
  'endless interim answers',
  'dripping headers',
  'dripping body',
  'exploding body',
] as const

/** As many as one endpoint may have under way. */
const AT_ONCE = 32
const SAMPLE_MS = 100
const MIB = 1024 * 1024

/** What one kind of answer came to. `growthMib`: above the most that as many ordinary answers took; `overdueMs`: the longest time that an exchange lasted beyond its deadline. */
export interface AnswerCost {
  readonly kind: string
  readonly exchanges: number
  readonly growthMib: number
  readonly overdueMs: number
}

/** How often each kind of listener is asked, and how long each exchange may last. */
export interface Measurement {
  readonly exchanges: number
  readonly deadlineMs: number
}

/** Sends requests to each kind of listener. Run it in a process that does nothing else: it looks at all of its memory. */
export async function measureHostileAnswers(plan: Measurement): Promise<readonly AnswerCost[]> {
  const listener = fork(fileURLToPath(new URL('./hostile-listener.ts', import.meta.url)))
  const sender = createSignedSender({ policy: { allowLoopbackHttp: true }, connectionsPerOrigin: AT_ONCE })
  try {
    const [{ port }] = (await once(listener, 'message')) as [{ port: number }]
    const url = (kind: string) => `http://127.0.0.1:${port}/${encodeURIComponent(kind)}`
    await sendMany(sender, url('ordinary'), plan)
    const quiet = await measure(() => sendMany(sender, url('ordinary'), plan))
    const costs: AnswerCost[] = []
    for (const kind of HOSTILE_ANSWERS) {
      const { peak, durations } = await measure(() => sendMany(sender, url(kind), plan))
      const growthMib = Math.max(0, Math.round((10 * (peak - quiet.peak)) / MIB) / 10)
      const overdueMs = Math.max(0, ...durations.map((duration) => duration - plan.deadlineMs))
      costs.push({ kind, exchanges: plan.exchanges, growthMib, overdueMs })
    }
    return costs
  } finally {
    await sender.stop()
    listener.disconnect()
    await once(listener, 'exit')
  }
}

/** What is held at this moment: without garbage, whose collection comes when V8 finds the time and says nothing of us. */
function heldBytes(): number {
  collectGarbage()
  // What a dead buffer held is freed beside us, and counted as freed when the next collection begins.
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

interface Measured {
  readonly peak: number
  readonly durations: readonly number[]
}

async function measure(send: () => Promise<readonly number[]>): Promise<Measured> {
  let peak = heldBytes()
  const sampling = setInterval(() => {
    peak = Math.max(peak, heldBytes())
  }, SAMPLE_MS)
  try {
    const durations = await send()
    return { peak, durations }
  } finally {
    clearInterval(sampling)
  }
}

/** How long each exchange took; so many are under way at once as one endpoint may have. */
async function sendMany(
  sender: SignedSender,
  url: string,
  { exchanges, deadlineMs }: Measurement,
): Promise<readonly number[]> {
  const durations: number[] = []
  const lane = async (): Promise<void> => {
    while (durations.length < exchanges) {
      const webhookId = `msg_${durations.length}`
      const { durationMs } = await sender.send({ url, secrets: ['s'], body: '{}', deadlineMs, webhookId })
      durations.push(durationMs)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, exchanges) }, lane))
  return durations
}
