// Looks up a code that a player enters: whether it is taken, and what it gives.
import type { Party } from '../../platform/http/index.ts'
import type { Store } from '../../platform/store/index.ts'
import { currencyByDefault } from '../item-body.ts'
import { loadItems } from '../load-items.ts'
import type { ProjectPricing } from '../project-pricing.ts'
import { type CodeRefusal, type DealAsk, readDeals } from './deal-desk.ts'
import type { Promotion } from './promotion.ts'
import { couponRewardsBody, promoCodeRewardsBody, rewardSkus } from './promotion-bodies.ts'

/** A code as somebody enters it. */
export interface CodeAsk extends Pick<DealAsk, 'kind' | 'country'> {
  readonly party: Party
  readonly code: string
}

/** What it leads to, or why it is not taken. */
export type FoundCode =
  | { readonly kind: 'found'; readonly promotion: Promotion }
  | { readonly kind: 'refused'; readonly code: CodeRefusal }

/** What looking up needs. */
export interface ReadCodeDeps {
  readonly store: Pick<Store, 'read' | 'now'>
  readonly pricingOf: (projectId: number) => Promise<ProjectPricing | undefined>
}

/** Reads it as it stands; only an order takes a use. */
export async function readCode({ store }: ReadCodeDeps, { kind, party, country, code }: CodeAsk): Promise<FoundCode> {
  const ask: DealAsk = { kind, projectId: party.projectId, party, country, skus: [], code }
  const answer = (await readDeals(store.read, [ask], store.now())).dealsFor(ask)
  if (answer.kind === 'refused') return answer
  const deal = answer.deals.find((one) => one.code !== null)
  return deal === undefined ? { kind: 'refused', code: 'code_unknown' } : { kind: 'found', promotion: deal.promotion }
}

/** What it gives, as the calls tell it. */
export async function rewardsOf(
  { store, pricingOf }: ReadCodeDeps,
  { party: { projectId }, country }: CodeAsk,
  promotion: Promotion,
): Promise<Readonly<Record<string, unknown>>> {
  const items = await loadItems(store.read, projectId, rewardSkus(promotion))
  const pricing = await pricingOf(projectId)
  const currency = pricing === undefined ? '' : currencyByDefault({ ...pricing, currency: null, country })
  const view = { items, currency }
  return promotion.kind === 'coupon' ? couponRewardsBody(promotion, view) : promoCodeRewardsBody(promotion, view)
}
