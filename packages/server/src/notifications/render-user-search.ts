// The question who a player is. Only the test of an endpoint asks it; pages that would need it are not ours.
import type { UserSearchWebhook } from '@ordertrail/core'

/** Who is looked for: by the id of the game, by the one that players see and tell, or by both. */
export interface UserSearchSubject {
  readonly projectId: number
  readonly merchantId: number
  readonly userId?: string
  readonly publicId?: string
}

/** The body of user_search as compact JSON text. */
export function renderUserSearch({ projectId, merchantId, userId, publicId }: UserSearchSubject): string {
  const body: UserSearchWebhook = {
    notification_type: 'user_search',
    settings: { project_id: projectId, merchant_id: merchantId },
    user: { public_id: publicId, id: userId },
  }
  return JSON.stringify(body)
}
