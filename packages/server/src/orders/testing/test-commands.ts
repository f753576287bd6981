// Commands that only tests have: what other folders do to orders, and what time does to their webhooks.
import { type BoundCommand, bind, type Command, oneByOne, rareCommand } from '../../platform/store/index.ts'
import { type ProjectSettingsPatch, parseProjectSettings, patchedSettings } from '../../projects/index.ts'
import { applyTransitions, type TransitionInput, type TransitionResult } from '../index.ts'

/** Moves in one call, as handlers of other folders do it. */
export const moveTogether: Command<readonly TransitionInput[], readonly TransitionResult[]> =
  rareCommand('test.move-together')

/** Marks all webhooks of an order as attempted. */
export const attemptOrder: Command<number, null> = rareCommand('test.attempt-order')

/** Changes the project's settings without what a real switch does to waiting deliveries. */
export const changeSettings: Command<ProjectSettingsPatch, null> = rareCommand('test.change-settings')

/** Writes the state of a payment. */
export const setPaymentState: Command<{ readonly paymentId: number; readonly state: string }, null> =
  rareCommand('test.set-payment-state')

/** The commands with their handlers. */
export const testCommands: readonly BoundCommand[] = [
  bind(moveTogether, oneByOne(applyTransitions)),
  bind(
    attemptOrder,
    oneByOne(async (tx, orderId) => {
      await tx.db.updateTable('deliveries').set({ attempt_count: 1 }).where('order_id', '=', orderId).execute()
      return null
    }),
  ),
  bind(
    setPaymentState,
    oneByOne(async (tx, { paymentId, state }) => {
      await tx.db.updateTable('payments').set({ state }).where('id', '=', paymentId).execute()
      return null
    }),
  ),
  bind(
    changeSettings,
    oneByOne(async (tx, patch) => {
      const { settings } = await tx.db.selectFrom('projects').select('settings').executeTakeFirstOrThrow()
      const changed = JSON.stringify(patchedSettings(parseProjectSettings(settings), patch))
      await tx.db.updateTable('projects').set({ settings: changed }).execute()
      return null
    }),
  ),
]
