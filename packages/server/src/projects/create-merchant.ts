// Makes a merchant: the owner of projects, with the date that decides their webhook mode.
import { type Command, insertRows, rareCommand, type Tx } from '../platform/store/index.ts'
import { nextOwnerId } from './owner-ids.ts'
import { recordAudit } from './record-audit.ts'

/** `registeredAt` null: now. A merchant moved over from elsewhere keeps the date it was registered there. */
export interface CreateMerchantInput {
  readonly name: string
  readonly registeredAt: number | null
  /** The merchant's first key, which speaks for all its projects. */
  readonly keyName: string
  readonly keyHash: string
  readonly actor: string
}

/** The merchant that was made. */
export interface CreateMerchantResult {
  readonly merchantId: number
  readonly registeredAt: number
}

export const createMerchant: Command<CreateMerchantInput, CreateMerchantResult> = rareCommand('merchants.create')

/** Writes the merchant and its first key. */
export async function handleCreateMerchant(tx: Tx, input: CreateMerchantInput): Promise<CreateMerchantResult> {
  const merchantId = await nextOwnerId(tx, 'merchants')
  const registeredAt = input.registeredAt ?? tx.now
  await insertRows(tx, 'merchants', [
    { id: merchantId, name: input.name, registered_at: registeredAt, created_at: tx.now },
  ])
  const key = {
    key_hash: input.keyHash,
    merchant_id: merchantId,
    project_id: 0,
    name: input.keyName,
    created_at: tx.now,
    revoked_at: null,
  }
  await insertRows(tx, 'api_keys', [key])
  await recordAudit(tx, {
    projectId: 0,
    actor: input.actor,
    action: 'merchant.created',
    target: `merchant:${merchantId}`,
    details: { name: input.name, registered_at: registeredAt },
  })
  return { merchantId, registeredAt }
}
