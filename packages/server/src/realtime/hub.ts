// Who is on this node: the connections by channel.
import type { TimerWheel, WheelItem } from '../platform/websocket/index.ts'
import type { Broker, PublicationHint } from './broker.ts'
import { LivePublication } from './live-publication.ts'
import type { StreamPlace, StreamTop } from './read-stream.ts'

/** A connection as its channel sees it. */
export interface ChannelMember {
  /** Offset of the last publication the client was sent; null until it was told where it begins. */
  readonly position: number | null
  onPublication(publication: LivePublication): void
  /** The top of the stream in the store. */
  onTop(top: StreamTop): void
  /** The store does not have what this client was sent: its stream is not the store's any more. */
  onStreamLost(): void
}

/** A channel that somebody on this node watches. */
export interface LiveChannel extends StreamPlace, WheelItem {
  readonly members: Set<ChannelMember>
  /** Resolves when what is published from now on arrives here. */
  readonly subscribed: Promise<void>
}

/** Called when the position of a channel is to be compared with the store. */
export type OnCheckDue = (channel: LiveChannel) => void

/** When a channel is checked next, in milliseconds from now; not the same for all, so that they do not come together. */
export type CheckDelay = () => number

/** What a hub is made of. */
export interface HubDeps {
  readonly broker: Broker
  readonly wheel: TimerWheel
  readonly membersMax: number
  readonly checkDelayMs: CheckDelay
  readonly onCheckDue: OnCheckDue
  readonly monotonic: () => number
}

/** Keeps channels from their first member to their last. */
export class Hub {
  readonly #deps: HubDeps
  readonly #channels = new Map<string, LiveChannel>()

  constructor(deps: HubDeps) {
    this.#deps = deps
  }

  get size(): number {
    return this.#channels.size
  }

  /** Channels that are watched now. */
  channels(): Iterable<LiveChannel> {
    return this.#channels.values()
  }

  /** @returns null when the channel has as many members as one may have */
  join(place: StreamPlace, member: ChannelMember): LiveChannel | null {
    const live = this.#channels.get(place.channel) ?? this.#open(place)
    if (live.members.size >= this.#deps.membersMax) return null
    live.members.add(member)
    return live
  }

  /** Frees the member at once; does nothing for one that is gone. */
  leave(live: LiveChannel, member: ChannelMember): void {
    if (!live.members.delete(member) || live.members.size > 0) return
    this.#channels.delete(live.channel)
    this.#deps.wheel.cancel(live)
    this.#deps.broker.unsubscribe(live.channel)
  }

  deliver(hint: PublicationHint): void {
    const live = this.#channels.get(hint.channel)
    if (live === undefined) return
    const publication = new LivePublication(hint)
    for (const member of [...live.members]) member.onPublication(publication)
  }

  /** Compares the channel again after the usual time. */
  scheduleCheck(live: LiveChannel): void {
    if (this.#channels.get(live.channel) !== live) return
    this.#deps.wheel.schedule(live, this.#deps.monotonic() + this.#deps.checkDelayMs())
  }

  #open({ projectId, channel }: StreamPlace): LiveChannel {
    const { broker, onCheckDue } = this.#deps
    const live: LiveChannel = {
      projectId,
      channel,
      members: new Set(),
      subscribed: broker.subscribe(channel),
      dueAt: 0,
      slot: -1,
      onDue: () => onCheckDue(live),
    }
    // Members wait for it themselves; the first of them may be gone by then.
    live.subscribed.catch(() => undefined)
    this.#channels.set(channel, live)
    this.scheduleCheck(live)
    return live
  }
}
