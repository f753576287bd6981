// How bodies look by the settings of their project.
import type { NotificationFormat } from '../notifications/index.ts'
import { type ProjectFacts, webhookModeOf } from '../projects/index.ts'

/** The format of bodies that take `route`, as the settings stand in `facts`. */
export function notificationFormatOf(facts: ProjectFacts, route: NotificationFormat['route']): NotificationFormat {
  return {
    mode: webhookModeOf(facts),
    version: facts.webhook?.version ?? 1,
    route,
    isBundleContentSent: facts.settings.isBundleContentSent,
    toggles: facts.settings.toggles,
  }
}
