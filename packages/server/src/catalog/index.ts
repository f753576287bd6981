// The front door of the catalog: items, prices, balances, carts, import, and their endpoints.
export {
  type BalanceChange,
  changeBalances,
  type RefusedBalanceChange,
} from './balances.ts'
export { type Cart, loadCart } from './cart.ts'
export { makeCartEndpoints } from './cart-endpoints.ts'
export { type CatalogEndpointName, makeCatalogEndpoints } from './catalog.endpoints.ts'
export { catalogCommands } from './catalog-commands.ts'
export type { CatalogFile, CatalogFileItem } from './catalog-file.ts'
export { changeCart } from './change-cart.ts'
export type { CurrencyChoice } from './choose-currency.ts'
export { loadDemoCatalog } from './demo-catalog.ts'
export { retirableCarts } from './forget-carts.ts'
export { makeImportEndpoints } from './import.endpoints.ts'
export { type ImportCatalogInput, type ImportCatalogResult, type ImportMode, importCatalog } from './import-catalog.ts'
export type {
  CatalogItem,
  CatalogPrice,
  CatalogVirtualPrice,
  ItemContent,
  ItemType,
  LocalText,
} from './item.ts'
export { textIn } from './item.ts'
export { loadItems } from './load-items.ts'
export {
  orderItemRows,
  type VirtualCurrencyCredit,
  virtualCurrencyCredits,
} from './order-item-rows.ts'
export type { PricedLine } from './order-lines.ts'
export type { CatalogFault, ParsedCatalogFile } from './parse-catalog-file.ts'
export {
  makeAskGame,
  OFFERS_BYTES_MAX,
  QUESTIONS_PER_PROJECT,
} from './personalization/ask-game.ts'
export { readExchange as readCatalogAnswer } from './personalization/catalog-answer.ts'
export { renderCatalogQuestion as renderPartnerCatalog } from './personalization/catalog-question.ts'
export { type OfferRefusal, offerRefusal, type PurchaseOffers } from './personalization/check-purchase.ts'
export { makePersonalCatalogs, type PersonalCatalogs } from './personalization/personal-catalogs.ts'
export { type PurchaseForm, priceError } from './price-error.ts'
export {
  type CartLine,
  type PricedOrder,
  type PriceQuestion,
  type PriceRefusal,
  priceCoupon,
  priceInVirtualCurrency,
  priceLines,
} from './price-lines.ts'
export type { ProjectPricing } from './project-pricing.ts'
export { codeError } from './promo-codes.ts'
export { makePromotionEndpoints, type PromotionEndpointName } from './promotion.endpoints.ts'
export { type CodeRefusal, type DealAsk, type DealDesk, lockDeals } from './promotions/deal-desk.ts'
export type { Deal, PromotionKind } from './promotions/promotion.ts'
export { settleUses, takeUses } from './promotions/write-uses.ts'
export { samplePrice } from './sample-lines.ts'
