// Changes settings of a project, and what the change does to notifications under way.
import { type Command, rareCommand, type Tx } from '../platform/store/index.ts'
import { parseProjectSettings } from './parse-project-settings.ts'
import { lockProjectAlone } from './project-facts.ts'
import { type ProjectSettings, type ProjectSettingsPatch, patchedSettings } from './project-settings.ts'
import { recordAudit } from './record-audit.ts'
import { patchFaults, type SettingsFault, settingsFaults } from './settings-schema.ts'

/** Where notifications go: `webhook` also stands for a project that has no webhook settings. */
export type NotificationRoute = 'webhook' | 'events'

/** A project's notifications take another way from now on. */
export interface RouteChange {
  readonly projectId: number
  readonly from: NotificationRoute
  readonly to: NotificationRoute
}

/** What the floors above do, in the same transaction, when a switch is turned. */
export interface RouteCallbacks {
  onRouteChanged(tx: Tx, change: RouteChange): Promise<void>
}

/** A login secret in `patch` is sealed already. */
export interface ChangeSettingsInput {
  readonly projectId: number
  readonly patch: ProjectSettingsPatch
  readonly actor: string
}

/** The settings as they are now, or why they are as before. */
export type ChangeSettingsResult =
  | { readonly kind: 'changed'; readonly settings: ProjectSettings }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly faults: readonly SettingsFault[] }

export const changeProjectSettings: Command<ChangeSettingsInput, ChangeSettingsResult> =
  rareCommand('projects.change-settings')

/** Makes the handler; the project is locked alone, so that no transition sees half of a switch. */
export function handleChangeSettings(
  callbacks: RouteCallbacks,
): (tx: Tx, input: ChangeSettingsInput) => Promise<ChangeSettingsResult> {
  return async (tx, { projectId, patch, actor }) => {
    await lockProjectAlone(tx, projectId)
    const row = await tx.db.selectFrom('projects').where('id', '=', projectId).select('settings').executeTakeFirst()
    if (row === undefined) return { kind: 'absent' }
    const before = parseProjectSettings(row.settings)
    const settings = patchedSettings(before, patch)
    const faults = [...settingsFaults(settings), ...patchFaults(patch)]
    if (faults.length > 0) return { kind: 'refused', faults }
    await tx.db
      .updateTable('projects')
      .set({ settings: JSON.stringify(settings), updated_at: tx.now })
      .where('id', '=', projectId)
      .execute()
    await recordAudit(tx, {
      projectId,
      actor,
      action: 'settings.changed',
      target: `project:${projectId}`,
      details: { members: Object.keys(patch) },
    })
    await announceRoute(tx, callbacks, projectId, before, settings)
    tx.wake({ kind: 'project_changed', projectId })
    return { kind: 'changed', settings }
  }
}

function routeOf(settings: ProjectSettings): NotificationRoute {
  return settings.isEventsApiOn ? 'events' : 'webhook'
}

async function announceRoute(
  tx: Tx,
  callbacks: RouteCallbacks,
  projectId: number,
  before: ProjectSettings,
  after: ProjectSettings,
): Promise<void> {
  const [from, to] = [routeOf(before), routeOf(after)]
  if (from !== to) await callbacks.onRouteChanged(tx, { projectId, from, to })
}
