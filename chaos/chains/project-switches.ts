// Switches of one project, turned in the store and told as the settings that the rules read.
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import {
  changeProjectSettings,
  type ProjectSettingsPatch,
  putWebhookSettings,
} from '../../packages/server/src/projects/index.ts'
import { pick } from '../schedules/answer-history.ts'
import type { RuledSettings } from './ruled-order.ts'

type Switch = (settings: RuledSettings, random: () => number) => Partial<RuledSettings>

/** What may be switched; the route and the switch of webhooks are turned most often. */
const SWITCHES: readonly Switch[] = [
  ({ isEventsApiOn }) => ({ isEventsApiOn: !isEventsApiOn }),
  ({ isEventsApiOn }) => ({ isEventsApiOn: !isEventsApiOn }),
  ({ isEnabled }) => ({ isEnabled: !isEnabled, hasWebhook: true }),
  ({ isEnabled }) => ({ isEnabled: !isEnabled, hasWebhook: true }),
  ({ mode }) => ({ mode: mode === 'combined' ? 'separate' : 'combined' }),
  ({ version }) => ({ version: version === 1 ? 2 : 1, hasWebhook: true }),
  ({ isAutoRefundOn }) => ({ isAutoRefundOn: !isAutoRefundOn }),
  ({ fulfilment }) => ({ fulfilment: fulfilment === 'api' ? 'acknowledged' : 'api' }),
  (_, random) => ({ isPartialRefundTold: pick(random, [true, false]), isDeclineTold: pick(random, [true, false]) }),
]

/** Draws a switch, turns it and gives the settings after it. */
export async function turnSwitch(
  store: Store,
  projectId: number,
  settings: RuledSettings,
  random: () => number,
): Promise<RuledSettings> {
  return turnTo(store, projectId, settings, { ...settings, ...pick(random, SWITCHES)(settings, random) })
}

/** Turns what differs. */
export async function turnTo(
  store: Store,
  projectId: number,
  before: RuledSettings,
  after: RuledSettings,
): Promise<RuledSettings> {
  const patch = patchOf(after)
  if (JSON.stringify(patchOf(before)) !== JSON.stringify(patch))
    await store.run(changeProjectSettings, { projectId, patch, actor: 'simulation' })
  if (webhookOf(before) === webhookOf(after)) return after
  const { isEnabled, version } = after
  const secret = before.hasWebhook ? null : 'sealed'
  const settings = { url: 'https://game.example/webhooks', secret, isEnabled, version, overlapMs: 0 }
  await store.run(putWebhookSettings, { projectId, ...settings, actor: 'simulation' })
  return after
}

function webhookOf({ hasWebhook, isEnabled, version }: RuledSettings): string {
  return hasWebhook ? `${isEnabled} ${version}` : 'none'
}

/** Settings of the project that the rules' settings stand for. */
export function patchOf(settings: RuledSettings): ProjectSettingsPatch {
  const { mode, isEventsApiOn, isAutoRefundOn, fulfilment, isPartialRefundTold, isDeclineTold } = settings
  const toggles = { partialRefund: isPartialRefundTold, psDeclined: isDeclineTold }
  return { webhookMode: mode, isEventsApiOn, isAutoRefundOn, fulfilment, toggles }
}
