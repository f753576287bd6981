// What clients saw, held against the store: watching ones every status once and in order, trackers the right end, askers no way back.
import type { Followed, Followers } from '../players.ts'
import { statusesOf } from './check-statuses.ts'
import type { OrderFacts, StoreFacts } from './store-facts.ts'

/** Broken promises to official clients: they have exactly what their channels hold. */
export function checkWatchers({ watchers }: Followers, { publications, channels }: StoreFacts): readonly string[] {
  const streams = Map.groupBy(publications, ({ project_id, channel }) => `${project_id} ${channel}`)
  return [...watchers].flatMap(([{ shop, userId }, watcher]) => {
    const row = channels.find(({ project_id, party_id }) => project_id === shop.projectId && party_id === userId)
    const rows = streams.get(`${shop.projectId} ${row?.channel}`) ?? []
    const published = rows.map(({ data }) => {
      const { order_id, status } = JSON.parse(data) as { readonly order_id: number; readonly status: string }
      return `${order_id} ${status}`
    })
    const at = published.findIndex((one, index) => watcher.statuses[index] !== one)
    const isSame = at < 0 && published.length === watcher.statuses.length
    const difference = `${userId} was given ${watcher.statuses.length} of ${published.length} statuses`
    const where = at < 0 ? '' : `; at ${at + 1} ${watcher.statuses[at]} instead of ${published[at]}`
    const unrecovered = watcher.unrecovered === 0 ? [] : [`${userId} could not go on ${watcher.unrecovered} times`]
    return [...watcher.violations, ...unrecovered, ...(isSame ? [] : [difference + where])]
  })
}

/** Broken promises to trackers. */
export function checkTracked({ outcome, statuses }: Followed, facts: OrderFacts): readonly string[] {
  const had = statusesOf(facts)
  const isFinal = facts.order.status === 'done' || facts.order.status === 'canceled'
  const ended = outcome === null ? 'nothing' : outcome.kind
  const isRight = outcome === null ? !isFinal : had.includes(outcome.kind) && FINAL.has(outcome.kind)
  return [
    ...(isRight ? [] : [`had ${had.join(' ')}, its tracker ended with ${ended} ${JSON.stringify(outcome)}`]),
    ...backward(statuses, had),
  ]
}

const FINAL = new Set(['done', 'canceled'])

/** Broken promises to those who ask. */
export function checkPolled({ statuses }: Followed, facts: OrderFacts): readonly string[] {
  return backward(statuses, statusesOf(facts))
}

/** Every status that was told must be one that the order had, in that order. */
function backward(told: readonly string[], had: readonly string[]): readonly string[] {
  let from = 0
  const isInOrder = told.every((status) => {
    const at = had.indexOf(status, from)
    if (at >= 0) from = at + 1
    return at >= 0
  })
  return isInOrder ? [] : [`had ${had.join(' ')} and told ${told.join(' ')}`]
}
