// What the keys of the emulator do.
import { DEV_PROJECT } from '@ordertrail/server/dev-project'
import type { DevSession, PaymentEnd, SandboxOutcome } from '@ordertrail/server/dev-tools'
import { timeOfDay } from '@ordertrail/server/dev-tools'
import type { KeyBinding } from './terminal-keys.ts'

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
  const buy = async (outcome: SandboxOutcome): Promise<{ readonly orderId: number; readonly end: PaymentEnd }> => {
    const userToken = await session.userToken(DEV_PROJECT.userId)
    const { orderId, token } = await session.placeOrder(userToken, DEMO_SKU)
    return { orderId, end: await session.pay(token, outcome) }
  }
  const pay = async (): Promise<string | undefined> => {
    const { orderId, end } = await buy('paid')
    if (end.result === 'paid') lastPaidId = orderId
    return end.result === 'paid' ? undefined : toldEnd(orderId, end)
  }
  const decline = async (): Promise<string> => {
    const { orderId, end } = await buy('declined')
    return toldEnd(orderId, end)
  }
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
    { key: 'd', label: 'decline one', press: decline },
    { key: 'r', label: 'resend the last webhook', press: resend },
    { key: 't', label: `skip ${SKIP_MINUTES} minutes`, press: skip },
  ]
}

function toldEnd(orderId: number, { result, status, message }: PaymentEnd): string {
  return `The payment of order ${orderId} was ${result}; it stays ${status}.${message === null ? '' : ` ${message}`}`
}
