// Every command of this folder with its handler, for the write side.
import { type BoundCommand, bind, oneByOne } from '../platform/store/index.ts'
import { changeProjectSettings, handleChangeSettings, type RouteCallbacks } from './change-settings.ts'
import {
  handlePutWebhookSettings,
  handleRotateWebhookSecret,
  putWebhookSettings,
  rotateWebhookSecret,
  type WebhookCallbacks,
} from './change-webhook-settings.ts'
import { createMerchant, handleCreateMerchant } from './create-merchant.ts'
import { createProject, handleCreateProject } from './create-project.ts'
import { forgetAudit, handleForgetAudit } from './forget-audit.ts'
import { forgetPaymentTokens, handleForgetPaymentTokens } from './forget-payment-tokens.ts'
import { createApiKey, handleCreateApiKey, handleRevokeApiKey, revokeApiKey } from './manage-api-keys.ts'
import { handleSeedProject, seedProject } from './seed-project.ts'

/** What the floors above do, in the same transaction, when a switch is turned. */
export type ProjectCallbacks = RouteCallbacks & WebhookCallbacks

/** Commands of merchants, projects, keys and settings. */
export function projectCommands(callbacks: ProjectCallbacks): readonly BoundCommand[] {
  return [
    bind(createMerchant, oneByOne(handleCreateMerchant)),
    bind(createProject, oneByOne(handleCreateProject)),
    bind(createApiKey, oneByOne(handleCreateApiKey)),
    bind(revokeApiKey, oneByOne(handleRevokeApiKey)),
    bind(changeProjectSettings, oneByOne(handleChangeSettings(callbacks))),
    bind(putWebhookSettings, oneByOne(handlePutWebhookSettings(callbacks))),
    bind(rotateWebhookSecret, oneByOne(handleRotateWebhookSecret)),
    bind(seedProject, oneByOne(handleSeedProject)),
    bind(forgetAudit, handleForgetAudit),
    bind(forgetPaymentTokens, handleForgetPaymentTokens),
  ]
}
