// What a connection holds, what a push costs, how soon a status is there, and what a storm does.
import { installPeers, peerVersion } from './frame/peers.ts'
import type { Figure, Question } from './frame/question.ts'
import { commitToClient } from './realtime/commit-to-client.ts'
import { idleMemory } from './realtime/idle-memory.ts'
import type { Part } from './realtime/part.ts'
import { pushCost } from './realtime/push-cost.ts'
import { storm } from './realtime/storm.ts'
import { startDatabases } from './stage/databases.ts'

const PARTS: readonly Part[] = [idleMemory, pushCost, commitToClient, storm]
const PEERS = ['ws', 'socket.io'] as const

/** The question. */
export const realtime: Question = {
  title: 'Connections: memory, cost and time of a push, commit to client, and a storm',
  ask: async (run) => {
    installPeers(run.report)
    const databases = await startDatabases(run.folder)
    const parts = PARTS.filter(({ name }) => name.includes(run.only))
    try {
      const figures: Figure[] = []
      for (const part of parts) figures.push(...(await part.measure({ run, databases })))
      const versions = PEERS.map((peer) => `${peer} ${peerVersion(peer)}`).join(', ')
      return {
        figures,
        notes: [
          ...parts.flatMap((part) => part.notes(run)),
          `Peers in the same run, without compression: ${versions}. They check no credentials, keep no stream and recover nothing.`,
          'Clients are bare sockets in processes of their own; they, the server and the load share the cores of this machine.',
        ],
      }
    } finally {
      await databases.stop()
    }
  },
}
