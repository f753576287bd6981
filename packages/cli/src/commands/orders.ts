// `ordertrail orders`: places, pays and shows orders of the emulator.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import { type DevSession, devSession, type PaymentEnd, type SandboxOutcome } from '@ordertrail/server/dev-tools'
import { Command, InvalidArgumentError, Option } from 'commander'
import { DEMO_SKU } from '../dev-keys.ts'
import { addEmulatorFlags, type EmulatorFlags } from '../emulator-flags.ts'

interface CreateFlags extends EmulatorFlags {
  readonly user: string
  readonly sku: string
  readonly pay?: SandboxOutcome | true
}

/** The command and what stands below it. */
export function ordersCommand(): Command {
  return new Command('orders')
    .description('places, pays and shows orders of the emulator')
    .addCommand(createOrders())
    .addCommand(getOrders())
    .addCommand(resendOrders())
}

function createOrders(): Command {
  return addEmulatorFlags(new Command('create'))
    .description('places an order and prints it')
    .option('--user <id>', 'user id', DEV_PROJECT.userId)
    .option('--sku <sku>', 'item of the catalog', DEMO_SKU)
    .addOption(
      new Option('--pay [outcome]', 'ends the payment as well').choices(['paid', 'declined', 'paid_later', 'closed']),
    )
    .action(async ({ url, user, sku, pay }: CreateFlags) => {
      const session = devSession(url)
      const userToken = await session.userToken(user)
      const { orderId, token } = await session.placeOrder(userToken, sku)
      if (pay !== undefined) await payOrder(session, token, pay === true ? 'paid' : pay)
      const { status } = await session.getOrder(userToken, orderId)
      console.log(`order ${orderId}  ${status}  ${sku}  ${user}`)
      if (pay === undefined) console.log(`pay it at ${url}/paystation4/?token=${token}`)
    })
}

const WANTED_END: Readonly<Record<SandboxOutcome, PaymentEnd['result']>> = {
  paid: 'paid',
  declined: 'declined',
  paid_later: 'pending',
  closed: 'closed',
}

/** A payment that ends in another way than it was told to is a failure: a script that buys must hear of it. */
async function payOrder(session: DevSession, token: string, outcome: SandboxOutcome): Promise<void> {
  const { result, message } = await session.pay(token, outcome)
  if (result === WANTED_END[outcome]) return
  console.error(`The payment was ${result}.${message === null ? '' : ` ${message}`}`)
  process.exitCode = 1
}

function getOrders(): Command {
  return addEmulatorFlags(new Command('get'))
    .description('prints an order as its user sees it')
    .argument('<order_id>', 'order id', parseOrderId)
    .option('--user <id>', 'user id', DEV_PROJECT.userId)
    .action(async (orderId: number, { url, user }: EmulatorFlags & { readonly user: string }) => {
      const session = devSession(url)
      console.log(JSON.stringify(await session.getOrder(await session.userToken(user), orderId), null, 2))
    })
}

function resendOrders(): Command {
  return addEmulatorFlags(new Command('resend'))
    .description('sends the last webhook of an order again; exit code 1 when your listener does not accept it')
    .argument('<order_id>', 'order id', parseOrderId)
    .action(async (orderId: number, { url }: EmulatorFlags) => {
      const { attempt, outcome, status, failure } = await devSession(url).resendLast(orderId)
      console.log(`order ${orderId}  attempt ${attempt}  ${status ?? failure}  ${outcome}`)
      if (outcome !== 'accepted') process.exitCode = 1
    })
}

function parseOrderId(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new InvalidArgumentError('Expected the number of an order.')
  return Number(text)
}
