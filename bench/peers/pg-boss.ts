// pg-boss delivering webhooks: loops that fetch, send and complete a batch each, because its own worker waits between batches.
import { loadPeer } from '../frame/peers.ts'
import { IN_FLIGHT, type Peer, type PeerJob, servePeer } from './peer.ts'

interface Boss {
  on(event: 'error', listener: () => void): void
  start(): Promise<unknown>
  createQueue(name: string): Promise<unknown>
  insert(name: string, jobs: readonly { readonly data: PeerJob }[]): Promise<unknown>
  fetch(
    name: string,
    options: { readonly batchSize: number },
  ): Promise<readonly { readonly id: string; readonly data: PeerJob }[]>
  complete(name: string, ids: readonly string[]): Promise<unknown>
  stop(options: object): Promise<void>
}

interface PgBossModule {
  readonly PgBoss: new (options: object) => Boss
}

const QUEUE = 'deliver'
const LOOPS = 4
const BATCH = 100
const IDLE_MS = 100

await servePeer(async ({ databaseUrl }, send): Promise<Peer> => {
  const { PgBoss } = await loadPeer<PgBossModule>('pg-boss')
  const boss = new PgBoss({ connectionString: databaseUrl, schedule: false, max: LOOPS + 2 })
  boss.on('error', () => undefined)
  let isRunning = true
  const loop = async (): Promise<void> => {
    while (isRunning) {
      const jobs = await boss.fetch(QUEUE, { batchSize: BATCH })
      if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
      else await sendBatch(jobs)
    }
  }
  const sendBatch = async (jobs: readonly { readonly id: string; readonly data: PeerJob }[]): Promise<void> => {
    const waiting = [...jobs]
    const lane = async (): Promise<void> => {
      for (let job = waiting.pop(); job !== undefined; job = waiting.pop()) await send(job.data)
    }
    await Promise.all(Array.from({ length: IN_FLIGHT / LOOPS }, lane))
    await boss.complete(
      QUEUE,
      jobs.map(({ id }) => id),
    )
  }
  let loops: readonly Promise<void>[] = []
  return {
    prepare: async () => {
      await boss.start()
      await boss.createQueue(QUEUE)
    },
    enqueue: async (jobs) => {
      await boss.insert(
        QUEUE,
        jobs.map((data) => ({ data })),
      )
    },
    deliver: async () => {
      loops = Array.from({ length: LOOPS }, loop)
    },
    stop: async () => {
      isRunning = false
      await Promise.all(loops)
      await boss.stop({ graceful: false })
    },
  }
})
