// What the keys of the emulator do.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import type { DevSession, SandboxOutcome } from './dev-session.ts'
import type { KeyBinding } from './terminal-keys.ts'
import { timeOfDay } from './trail-line.ts'

/** Item of the demo catalog that the keys buy. */
export const DEMO_SKU = 'gold_100'
/** Minutes that one press skips: to the fourth attempt of order_paid. */
const SKIP_MINUTES = 25

/**
 * Keys over one session.
 *
 * @param paidOrderId the order whose webhook is resent until the keys pay another one; null: none yet
 */
export function devKeys(session: DevSession, paidOrderId: number | null = null): readonly KeyBinding[] {
  let lastPaidId = paidOrderId
  const buy = async (outcome: SandboxOutcome): Promise<number> => {
    const userToken = await session.userToken(DEV_PROJECT.userId)
    const { orderId, token } = await session.placeOrder(userToken, DEMO_SKU)
    await session.pay(token, outcome)
    return orderId
  }
  const pay = async (): Promise<undefined> => {
    lastPaidId = await buy('paid')
  }
  const decline = async (): Promise<string> =>
    `The payment of order ${await buy('declined')} was declined; it stays new.`
  const resend = async (): Promise<undefined> => {
    if (lastPaidId === null) throw new Error('No order was paid here yet: press p first.')
    await session.resendLast(lastPaidId)
  }
  const skip = async (): Promise<string> => {
    const now = await session.skipMinutes(SKIP_MINUTES)
    return `${SKIP_MINUTES} minutes skipped: for the emulator it is ${timeOfDay(now)} now.`
  }
  return [
    { key: 'p', label: 'pay an order', press: pay },
    { key: 'd', label: 'a declined one', press: decline },
    { key: 'r', label: 'resend the last webhook', press: resend },
    { key: 't', label: `skip ${SKIP_MINUTES} minutes`, press: skip },
  ]
}
