// graphile-worker delivering webhooks: with its local queue and batched completion, the fastest it has.
import { loadPeer } from '../frame/peers.ts'
import { IN_FLIGHT, type Peer, type PeerJob, servePeer } from './peer.ts'

interface Utils {
  migrate(): Promise<void>
  addJobs(specs: readonly { readonly identifier: string; readonly payload: PeerJob }[]): Promise<unknown>
  release(): Promise<void>
}

interface GraphileWorker {
  makeWorkerUtils(options: { readonly connectionString: string; readonly logger: unknown }): Promise<Utils>
  run(options: object): Promise<{ stop(): Promise<void> }>
  readonly Logger: new (factory: () => () => void) => unknown
}

const LOCAL_QUEUE = 500

await servePeer(async ({ databaseUrl }, send): Promise<Peer> => {
  const { makeWorkerUtils, run, Logger } = await loadPeer<GraphileWorker>('graphile-worker')
  const logger = new Logger(() => () => undefined)
  const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger })
  let runner: { stop(): Promise<void> } | null = null
  return {
    prepare: () => utils.migrate(),
    enqueue: async (jobs) => {
      await utils.addJobs(jobs.map((payload) => ({ identifier: 'deliver', payload })))
    },
    deliver: async () => {
      runner = await run({
        preset: {
          worker: {
            connectionString: databaseUrl,
            concurrentJobs: IN_FLIGHT,
            localQueue: { size: LOCAL_QUEUE },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
            logger,
          },
        },
        taskList: { deliver: (job: PeerJob) => send(job) },
        noHandleSignals: true,
      })
    },
    stop: async () => {
      await runner?.stop()
      await utils.release()
    },
  }
})
