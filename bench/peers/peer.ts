// What every peer is started with, and how it sends: with our own sender, so that only the queues differ.

import { createSignedSender, type SignedSender } from '../../packages/server/src/platform/http/index.ts'
import { readInput } from '../frame/child-input.ts'

/** A job of a peer: the same body that OrderTrail would send. */
export interface PeerJob {
  readonly id: number
  readonly body: string
}

/** `jobs` is the number of jobs to fill the queue with; null: deliver what waits. */
export interface PeerInput {
  readonly databaseUrl: string
  readonly targetUrl: string
  readonly secret: string
}

/** Asked of a running peer: jobs to enqueue, or to begin. */
export type PeerMessage = { readonly kind: 'enqueue'; readonly jobs: readonly PeerJob[] } | { readonly kind: 'deliver' }

/** One peer. */
export interface Peer {
  prepare(): Promise<void>
  enqueue(jobs: readonly PeerJob[]): Promise<void>
  /** Begins to deliver. */
  deliver(): Promise<void>
  stop(): Promise<void>
}

/** Webhooks under way at once, as OrderTrail has by default. */
export const IN_FLIGHT = 512
const DEADLINE_MS = 15_000

/** Sends a job; throws where it was not accepted, so that the queue tries again. */
export type SendJob = (job: PeerJob) => Promise<void>

/** Makes a peer out of what is given on the command line and answers the bench until that hangs up. */
export async function servePeer(make: (input: PeerInput, send: SendJob) => Promise<Peer>): Promise<void> {
  const input = readInput<PeerInput>()
  const sender = createSignedSender({ policy: { allowLoopbackHttp: true }, connectionsPerOrigin: IN_FLIGHT })
  const peer = await make(input, (job) => sendJob(sender, input, job))
  await peer.prepare()
  process.on('message', async (message: PeerMessage) => {
    if (message.kind === 'enqueue') await peer.enqueue(message.jobs)
    else await peer.deliver()
    process.send?.('done')
  })
  process.on('disconnect', async () => {
    await peer.stop()
    await sender.stop()
    process.exit()
  })
  process.send?.('ready')
}

async function sendJob(sender: SignedSender, { targetUrl, secret }: PeerInput, { id, body }: PeerJob): Promise<void> {
  const answer = await sender.send({
    url: targetUrl,
    secrets: [secret],
    body,
    deadlineMs: DEADLINE_MS,
    webhookId: `msg_${id}`,
  })
  if (answer.kind !== 'response' || answer.status >= 300) throw new Error('The webhook was not accepted.')
}
