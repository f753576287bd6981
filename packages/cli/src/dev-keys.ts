// What the keys of the emulator do.
import { DEV_PROJECT } from '@ordertrail/server'
import type { DevSession, SandboxOutcome } from './dev-session.ts'
import type { KeyBinding } from './terminal-keys.ts'

/** Item of the demo catalog that the keys buy. */
export const DEMO_SKU = 'gold_100'
/** Minutes that one press skips: to the fourth attempt of order_paid. */
const SKIP_MINUTES = 25

/** Keys over one session; they remember the last order. */
export function devKeys(session: DevSession): readonly KeyBinding[] {
  let lastOrderId: number | null = null
  const buy = async (outcome: SandboxOutcome): Promise<void> => {
    const userToken = await session.userToken(DEV_PROJECT.userId)
    const { orderId, token } = await session.placeOrder(userToken, DEMO_SKU)
    lastOrderId = orderId
    await session.pay(token, outcome)
  }
  return [
    { key: 'p', label: 'place and pay an order', press: () => buy('paid') },
    { key: 'd', label: 'a declined one', press: () => buy('declined') },
    {
      key: 'r',
      label: 'resend the last webhook',
      press: async () => {
        if (lastOrderId === null) throw new Error('No order was placed here yet: press p first.')
        await session.resendLast(lastOrderId)
      },
    },
    { key: 't', label: `skip ${SKIP_MINUTES} minutes`, press: () => session.skipMinutes(SKIP_MINUTES) },
  ]
}
