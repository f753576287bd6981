// `ordertrail webhooks list`: the newest webhooks, one line each.
import { Command, InvalidArgumentError } from 'commander'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'
import { projectSession } from '../project-session.ts'

interface ListFlags extends EmulatorFlags {
  readonly order?: number
  readonly state?: string
  readonly type?: string
  readonly limit: number
}

interface ShownDelivery {
  readonly id: number
  readonly order_id: number
  readonly type: string
  readonly state: string
  readonly attempt_count: number
  readonly attempts_max: number
  readonly last_status: number | null
  readonly next_attempt_at: string | null
}

/** The command. */
export function listWebhooks(): Command {
  return addEmulatorFlags(new Command('list'))
    .description('prints webhooks, the newest first')
    .option('--order <order_id>', 'of this order only', parseNumber)
    .option('--state <state>', 'in this state only, such as due, rejected or exhausted')
    .option('--type <type>', 'of this type only, such as order_paid')
    .option('--limit <count>', 'how many at most, up to 100', parseNumber, 20)
    .action(async ({ url, order, state, type, limit }: ListFlags) => {
      const query = new URLSearchParams({ limit: String(limit) })
      if (order !== undefined) query.set('order_id', String(order))
      if (state !== undefined) query.set('state', state)
      if (type !== undefined) query.set('type', type)
      const { deliveries } = (await projectSession(url).get(`/deliveries?${query}`)) as {
        readonly deliveries: readonly ShownDelivery[]
      }
      for (const delivery of deliveries) console.log(deliveryLine(delivery))
    })
}

function deliveryLine(delivery: ShownDelivery): string {
  const { id, order_id, type, state, attempt_count, attempts_max, last_status, next_attempt_at } = delivery
  const words = [`${id}`, `order ${order_id}`, type, state, `${attempt_count}/${attempts_max} attempts`]
  if (last_status !== null) words.push(`last ${last_status}`)
  if (next_attempt_at !== null) words.push(`next ${next_attempt_at}`)
  return words.join('  ')
}

function parseNumber(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number above 0.')
  return Number(text)
}
