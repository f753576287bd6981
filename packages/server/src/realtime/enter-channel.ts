// Takes a connection from its connect request to its place in a stream.
import { type ConnectRequest, DISCONNECT_CODES, type DisconnectCode } from '@ordertrail/centrifuge-protocol'
import type { Party } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { channelOf } from './append-publications.ts'
import { authenticateConnect, type ConnectAuthentication } from './authenticate-connect.ts'
import type { StreamReads } from './gather-reads.ts'
import type { ChannelMember, Hub, LiveChannel } from './hub.ts'
import { EMPTY_KEPT_MS, openChannel } from './open-channel.ts'
import type { StreamPlace, StreamRange, StreamView } from './read-stream.ts'
import { missedRange, recover, type StreamStart } from './recover.ts'

/** What entering needs. */
export interface EntranceDeps extends ConnectAuthentication {
  readonly store: Store
  readonly streams: StreamReads
  readonly hub: Hub
}

/** A place in a channel, or why the connection ends; `reason` is for the log. */
export type Entrance =
  | { readonly kind: 'entered'; readonly live: LiveChannel; readonly start: StreamStart; readonly epoch: string }
  | { readonly kind: 'refused'; readonly disconnect: DisconnectCode; readonly reason: string }

/** A connection that is entering. It may end meanwhile: then it is given the channel no more. */
export interface Entrant extends ChannelMember {
  /** Origin of the web page it comes from; null: none. */
  readonly origin: string | null
  /** Told as soon as it is a member, so that it leaves when it ends. */
  onJoined(live: LiveChannel): void
}

/**
 * Lets `entrant` in.
 *
 * It is a member before the stream is read: what is committed before the read is in it, what is committed after arrives as a hint.
 *
 * @throws when the store, the broker or the keys of a project cannot be had right now
 */
export async function enterChannel(deps: EntranceDeps, request: ConnectRequest, entrant: Entrant): Promise<Entrance> {
  const decision = await authenticateConnect(deps, request, entrant.origin)
  if (decision.kind === 'refused') return decision
  const { party } = decision
  const place: StreamPlace = { projectId: party.projectId, channel: channelOf(party) }
  const live = deps.hub.join(place, entrant)
  if (live === null) {
    return { kind: 'refused', disconnect: DISCONNECT_CODES.connectionLimit, reason: 'connections_per_party' }
  }
  entrant.onJoined(live)
  await live.subscribed
  const asked = request.subs?.get(place.channel)
  const view = await viewStream(deps, place, party, missedRange(asked))
  return { kind: 'entered', live, start: recover(view, asked), epoch: view.top.epoch }
}

/** Once a day is enough to show that somebody watches an empty stream. */
const RENEWED_AFTER_MS = EMPTY_KEPT_MS / 2

/** Reads a stream; makes it first where nothing was published to it and it is not there, or might soon be let go. */
async function viewStream(
  { store, streams }: Pick<EntranceDeps, 'store' | 'streams'>,
  place: StreamPlace,
  party: Party,
  missed: StreamRange | null,
): Promise<StreamView> {
  const known = await streams.read(place, missed)
  if (known !== undefined && !isToRenew(known, store.now())) return known
  const top = await store.run(openChannel, { ...place, partyKind: party.kind, partyId: party.id })
  const opened: StreamView = { top, publications: [], unwatchedAt: null }
  return top.offset === 0 ? opened : ((await streams.read(place, missed)) ?? opened)
}

function isToRenew({ unwatchedAt }: StreamView, now: number): boolean {
  return unwatchedAt !== null && unwatchedAt < now + EMPTY_KEPT_MS - RENEWED_AFTER_MS
}
