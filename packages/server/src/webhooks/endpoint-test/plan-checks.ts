// What each check sends: its body, rendered like a real one, the secrets that sign it, and how long the answer may take.
import { randomBytes, randomUUID } from 'node:crypto'
import { renderPartnerCatalog } from '../../catalog/index.ts'
import { renderNotification, renderUserSearch, renderUserValidation } from '../../notifications/index.ts'
import type { ProjectFacts, WebhookTarget } from '../../projects/index.ts'
import { CHECK_NAMES, type CheckName, type EndpointTestWish, isNotification } from './checks.ts'
import type { SampleOrder } from './sample-order.ts'

/** One check that is ready to be sent. */
export interface PlannedCheck {
  readonly name: CheckName
  readonly body: string
  readonly secrets: readonly string[]
  /** What a real one of its kind gets. */
  readonly deadlineMs: number
}

/** What plans are made of. */
export interface PlanInput {
  readonly facts: ProjectFacts
  readonly target: WebhookTarget
  readonly sample: SampleOrder
  readonly wish: EndpointTestWish
  /** Of queued webhooks. */
  readonly deliveryDeadlineMs: number
}

/** The wanted checks in their order, each once. */
export function planChecks(input: PlanInput): readonly PlannedCheck[] {
  const names = CHECK_NAMES.filter((name) => input.wish.checks.includes(name))
  return names.map((name) => ({
    name,
    body: bodyOf(input, name),
    secrets: secretsOf(input, name),
    deadlineMs: deadlineOf(input, name),
  }))
}

function bodyOf({ facts, sample, wish }: PlanInput, name: CheckName): string {
  if (isNotification(name)) {
    return renderNotification(name, name === 'partial_refund' ? sample.partlyRefunded : sample.whole)
  }
  const { merchantId, projectId, settings } = facts
  const { order } = sample.whole
  switch (name) {
    case 'user_search':
      return renderUserSearch({
        projectId,
        merchantId,
        ...(wish.publicId === null ? { userId: wish.userId } : { publicId: wish.publicId }),
      })
    case 'partner_side_catalog':
      return renderPartnerCatalog({
        projectId,
        userId: wish.userId,
        country: order.user_country,
        currency: settings.defaultCurrency,
        locale: 'en',
      })
    case 'unknown_user':
      return renderUserValidation({
        merchantId,
        toggles: settings.toggles,
        order: { ...order, party_id: impossibleUser() },
      })
    default:
      return renderUserValidation({ merchantId, toggles: settings.toggles, order })
  }
}

/** No game has given this id to anybody. */
function impossibleUser(): string {
  return `no-such-user-${randomUUID()}`
}

/** A wrong signature is one by a secret that nobody knows: everything else about the request is as always. */
function secretsOf({ target }: PlanInput, name: CheckName): readonly string[] {
  return name === 'bad_signature' ? [randomBytes(32).toString('base64url')] : target.secrets
}

function deadlineOf({ facts: { settings }, deliveryDeadlineMs }: PlanInput, name: CheckName): number {
  if (isNotification(name)) return deliveryDeadlineMs
  return name === 'partner_side_catalog' ? settings.partnerCatalogDeadlineMs : settings.userValidationDeadlineMs
}
