// How the servers that are compared are spoken to: what a client says first, and what it reads from an answer.

/** The servers' languages. */
export type DialectName = 'centrifuge' | 'plain' | 'socket.io'

/** Who a client is to its server; `token` is for those that ask for one. */
export interface Watcher {
  readonly name: string
  readonly projectId: number
  readonly token: string
}

/** Where a client stands in its stream. */
export interface Known {
  readonly channel: string
  readonly epoch: string
  readonly offset: number
}

/** One status: the number of its order, and its place in the stream where there is one. */
export interface News {
  readonly number: number
  readonly offset: number | null
}

/** What a message tells. `reply`: said at once; null: nothing. `hasRecovered` null: nothing was asked. */
export type Told =
  | { readonly kind: 'news'; readonly news: News }
  | {
      readonly kind: 'in'
      readonly known: Known | null
      readonly hasRecovered: boolean | null
      readonly missed: readonly News[]
      readonly reply: string | null
    }
  | { readonly kind: 'reply'; readonly reply: string }
  | { readonly kind: 'nothing' }

/** One language. `known` null: the client was never in. */
export interface Dialect {
  readonly path: string
  /** Said when the socket is open; null: the server speaks first. */
  greet(watcher: Watcher, known: Known | null): string | null
  read(text: string, watcher: Watcher): Told
}

const NOTHING: Told = { kind: 'nothing' }
const IN: Told = { kind: 'in', known: null, hasRecovered: null, missed: [], reply: null }

/** As the documented snippet does: connect, then ask for the whole history. */
const centrifuge: Dialect = {
  path: '/connection/websocket',
  greet: ({ name, projectId, token }, known) => {
    const data = { user_external_id: name, auth: token, project_id: projectId }
    const subs = known === null ? {} : { subs: { [known.channel]: { recover: true, ...positionOf(known) } } }
    return JSON.stringify({ connect: { data, name: 'js', ...subs }, id: 1 })
  },
  read(text) {
    if (text === '{}') return { kind: 'reply', reply: '{}' }
    if (text.startsWith('{"push":')) {
      return {
        kind: 'news',
        news: { number: numberAfter(text, '"order_id":'), offset: numberAfter(text, '"offset":') },
      }
    }
    const { connect } = JSON.parse(text) as ConnectAnswer
    return connect === undefined ? NOTHING : letIn(connect)
  },
}

/** A client sends no offset of 0. */
function positionOf({ offset, epoch }: Known): object {
  return offset === 0 ? { epoch } : { offset, epoch }
}

interface ConnectAnswer {
  readonly connect?: { readonly subs: Readonly<Record<string, Subscription>> }
}

interface Subscription {
  readonly epoch: string
  readonly offset?: number
  readonly recovered?: boolean
  readonly was_recovering?: boolean
  readonly publications?: readonly { readonly data: { readonly order_id: number }; readonly offset: number }[]
}

function letIn({ subs }: NonNullable<ConnectAnswer['connect']>): Told {
  const [channel, found] = Object.entries(subs)[0] ?? []
  if (channel === undefined || found === undefined) throw new Error('A client was let in without a channel.')
  const missed = (found.publications ?? []).map(({ data, offset }) => ({ number: data.order_id, offset }))
  return {
    kind: 'in',
    known: { channel, epoch: found.epoch, offset: found.offset ?? 0 },
    hasRecovered: found.was_recovering === true ? found.recovered === true : null,
    missed,
    reply: JSON.stringify({ history: { channel, since: { offset: 0 }, limit: -1 }, id: 2 }),
  }
}

const plain: Dialect = {
  path: '/',
  greet: ({ name }) => JSON.stringify({ watch: name }),
  read: (text) =>
    text.startsWith('{"channel":')
      ? { kind: 'news', news: { number: numberAfter(text, '"order_id":'), offset: null } }
      : IN,
}

/** Engine.IO packets by their digit, and Socket.IO's behind a 4. */
const socketIo: Dialect = {
  path: '/socket.io/?EIO=4&transport=websocket',
  greet: () => null,
  read(text, { name }) {
    if (text === '2') return { kind: 'reply', reply: '3' }
    if (text.startsWith('0')) return { kind: 'reply', reply: `40${JSON.stringify({ watch: name })}` }
    if (text.startsWith('42')) return { kind: 'news', news: { number: numberAfter(text, '"order_id":'), offset: null } }
    return text.startsWith('40') ? IN : NOTHING
  },
}

/** All languages. */
export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { centrifuge, plain, 'socket.io': socketIo }

const DIGITS_MAX = 16

/** By hand: the clients must not cost more than the server. */
function numberAfter(text: string, member: string): number {
  const at = text.indexOf(member) + member.length
  return Number.parseInt(text.slice(at, at + DIGITS_MAX), 10)
}
