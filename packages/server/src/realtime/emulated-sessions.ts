// Connections whose clients send in requests of their own, and how such a request finds its connection on whatever node it arrives.
import { randomUUID } from 'node:crypto'
import type { EmulationRequest, Frame } from '@ordertrail/centrifuge-protocol'
import { type Seal, unsealed } from '../platform/seal.ts'
import type { Broker, PublicationHint } from './broker.ts'
import type { Emulation, Session } from './session.ts'

/** What came of a request. `handed_on`: another node was told, which may not have the connection any more. */
export type Delivered = 'taken' | 'handed_on' | 'absent' | 'too_large'

/** What finding connections needs. */
export interface EmulatedDeps {
  readonly seal: Seal
  readonly broker: Pick<Broker, 'publish' | 'subscribe'>
}

/** Frames that are handed on. Brokers carry short texts; commands after connect, which brings the token, are far shorter. */
const HANDED_ON_BYTES_MAX = 4_096
/** Sealed, so that strangers cannot have the broker carry what they like to nodes that do not exist. */
const NODE_CONTEXT = 'realtime node'

/** Those of one node. */
export class EmulatedSessions {
  readonly #deps: EmulatedDeps
  readonly #nodeId: string = randomUUID()
  readonly #sealedNode: string
  readonly #sessions = new Map<string, Session>()

  constructor(deps: EmulatedDeps) {
    this.#deps = deps
    this.#sealedNode = deps.seal.seal(this.#nodeId, NODE_CONTEXT)
  }

  /** Connections that can be sent to. */
  get count(): number {
    return this.#sessions.size
  }

  /** Begins to hear what other nodes hand on. */
  start(): Promise<void> {
    return this.#deps.broker.subscribe(channelOfNode(this.#nodeId))
  }

  /** How the client of a new connection names it. The session is a secret of its own: the connection's id stands in logs. */
  name(): Emulation {
    return { session: randomUUID(), node: this.#sealedNode }
  }

  add(session: Session): void {
    if (session.emulation !== null) this.#sessions.set(session.emulation.session, session)
  }

  delete(session: Session): void {
    if (session.emulation !== null) this.#sessions.delete(session.emulation.session)
  }

  /** Takes what a client sent to this node. */
  take({ node, session, frame }: EmulationRequest): Delivered {
    const nodeId = node === this.#sealedNode ? this.#nodeId : unsealed(this.#deps.seal, node, NODE_CONTEXT)
    if (nodeId === null || session === '') return 'absent'
    if (nodeId === this.#nodeId) return this.#give(session, frame) ? 'taken' : 'absent'
    const bytes = Buffer.from(frame)
    if (bytes.length > HANDED_ON_BYTES_MAX) return 'too_large'
    this.#deps.broker.publish(handOn(nodeId, session, bytes))
    return 'handed_on'
  }

  /** Takes what another node handed on; false: the hint is about something else. */
  takeHint({ channel, epoch, data }: PublicationHint): boolean {
    if (channel !== channelOfNode(this.#nodeId)) return false
    if (data !== null) this.#give(epoch, Buffer.from(data, 'base64'))
    return true
  }

  #give(name: string, frame: Frame): boolean {
    const session = this.#sessions.get(name)
    if (session === undefined || session.isEnded) return false
    session.onFrame(frame)
    return true
  }
}

/** Players' channels begin with the number of their project. */
function channelOfNode(nodeId: string): string {
  return `node-${nodeId}`
}

/** In the envelope of a publication, because brokers carry nothing else: the session where the epoch stands, the frame as its data. */
function handOn(nodeId: string, session: string, frame: Buffer): PublicationHint {
  const data = frame.toString('base64')
  return { kind: 'publication', projectId: 1, channel: channelOfNode(nodeId), epoch: session, offset: 1, data }
}
