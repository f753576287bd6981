// The order that sample webhooks tell of: what a test says about it, and what is filled in.
import type { CurrencyKind, NumberMoney, WebhookMode, WebhookOrderItem } from '@ordertrail/core'

/** A line of a sample order; all but its SKU is filled in. */
export type SampleItem = Partial<WebhookOrderItem> & { readonly sku: string }

/** What a test cares about; all else is filled in. */
export interface SampleOrder {
  /** Combined: order_paid tells of the payment as well. Default: combined. */
  readonly mode?: WebhookMode
  /** 2 adds is_free, is_bonus and is_bundle_content to each line. Default: 1. */
  readonly version?: 1 | 2
  /** What is paid with; a free or virtual order has no payment, in either mode. Default: real. */
  readonly money?: CurrencyKind
  /** True: the bodies of a test payment. Default: false. */
  readonly isSandbox?: boolean
  /** True: also all that is there only sometimes, such as promotions, codes, custom parameters and a phone. Default: false. */
  readonly isFull?: boolean
  readonly projectId?: number
  readonly merchantId?: number
  readonly orderId?: number
  readonly userId?: string
  readonly transactionId?: number
  /** The lines; the order costs what they cost together. */
  readonly items?: readonly SampleItem[]
}

/** A sample order with nothing left open. `total` is a number in its currency; `currency` null: free. */
export interface WholeSample extends Required<Omit<SampleOrder, 'items'>> {
  readonly items: readonly WebhookOrderItem[]
  readonly currency: string | null
  readonly amount: string
  readonly total: NumberMoney
}

const DEFAULTS = {
  mode: 'combined',
  version: 1,
  money: 'real',
  isSandbox: false,
  isFull: false,
  projectId: 44056,
  merchantId: 1001,
  orderId: 59614241,
  userId: 'player-1',
  transactionId: 2105129134,
  items: [{ sku: 'gold_100' }],
} as const satisfies SampleOrder

const CURRENCIES: Readonly<Record<CurrencyKind, string | null>> = { real: 'USD', virtual: 'crystal', free: null }

/** Price of one piece in ten-thousandths, so that sums stay whole. */
const PRICES: Readonly<Record<CurrencyKind, number>> = { real: 19_900, virtual: 1_500_000, free: 0 }
const TEN_THOUSANDTHS = 10_000

/** Fills in what the test left open. A member that is given as undefined counts as left open. */
export function wholeSample(sample: SampleOrder): WholeSample {
  const given = Object.fromEntries(Object.entries(sample).filter(([, value]) => value !== undefined))
  const whole: Required<SampleOrder> = { ...DEFAULTS, ...given }
  const items = whole.items.map((item) => wholeItem(whole, item))
  const sum = items.reduce((total, { amount }) => total + Math.round(Number(amount ?? 0) * TEN_THOUSANDTHS), 0)
  const total = { currency: CURRENCIES.real ?? '', amount: sum / TEN_THOUSANDTHS }
  return { ...whole, items, currency: CURRENCIES[whole.money], amount: amountText(whole.money, sum), total }
}

/** Amounts as texts: money with four decimals, virtual currency whole, nothing as 0. */
function amountText(money: CurrencyKind, tenThousandths: number): string {
  if (money === 'free') return '0'
  return (tenThousandths / TEN_THOUSANDTHS).toFixed(money === 'real' ? 4 : 0)
}

function wholeItem({ money, version, isFull }: Required<SampleOrder>, item: SampleItem): WebhookOrderItem {
  const { sku, type = 'virtual_good', is_pre_order = false, quantity = 1 } = item
  const amount = item.amount === undefined ? amountText(money, PRICES[money] * quantity) : item.amount
  return {
    sku,
    type,
    is_pre_order,
    ...(version === 2 ? { is_free: money === 'free', is_bonus: false, is_bundle_content: false } : {}),
    ...pickFlags(item),
    quantity,
    amount,
    promotions: item.promotions ?? (isFull ? [samplePromotion(money)] : []),
    ...attributesOf(item, isFull),
  }
}

/** Flags that a test gives are sent whatever the version is. */
function pickFlags({ is_free, is_bonus, is_bundle_content }: SampleItem): Partial<WebhookOrderItem> {
  return {
    ...(is_free === undefined ? {} : { is_free }),
    ...(is_bonus === undefined ? {} : { is_bonus }),
    ...(is_bundle_content === undefined ? {} : { is_bundle_content }),
  }
}

function attributesOf({ custom_attributes }: SampleItem, isFull: boolean): Partial<WebhookOrderItem> {
  if (custom_attributes !== undefined) return { custom_attributes }
  return isFull ? { custom_attributes: { purchased: 0 } } : {}
}

/** A discount of a fifth. */
export function samplePromotion(money: CurrencyKind): WebhookOrderItem['promotions'][number] {
  const before = Math.round(PRICES[money] * 1.25)
  return {
    amount_without_discount: amountText(money, before),
    amount_with_discount: amountText(money, PRICES[money]),
    sequence: 1,
  }
}
