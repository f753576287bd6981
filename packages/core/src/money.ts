// Amounts: whole minor units inside, decimal text and JSON numbers on the wire, always exact.
import { currencyDigits } from './currency.ts'
import type { CurrencyKind } from './order-status.ts'

/** Largest amount in minor units: 15 digits, the most that a JSON number carries without loss. */
export const MINOR_UNITS_MAX = 999_999_999_999_999

// Amounts of order webhooks have four decimals and those of carts sixteen, whatever the currency.
const WEBHOOK_DECIMALS = 4
const CART_DECIMALS = 16
const DECIMAL_TEXT = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/

/** What an amount is counted in: for `real` the currency's code, for `virtual` its SKU, for `free` nothing. */
export interface AmountCurrency {
  readonly currencyKind: CurrencyKind
  readonly currency: string | null
}

/** An amount read from text: minor units, or why it cannot be one. */
export type ParsedAmount =
  | { readonly kind: 'parsed'; readonly minor: number }
  | { readonly kind: 'refused'; readonly reason: 'malformed' | 'too_many_digits' | 'too_large' }

/**
 * Reads decimal text as minor units.
 *
 * @param text plain digits with at most one point: no sign, exponent, grouping or spaces. Zeros behind the currency's
 * digits are fine (`1.9900`), other digits there are refused rather than rounded
 * @param digits decimals of the currency
 */
export function parseDecimal(text: string, digits: number): ParsedAmount {
  const match = DECIMAL_TEXT.exec(text)
  if (match === null) return { kind: 'refused', reason: 'malformed' }
  const [, whole = '', rawFraction = ''] = match
  const fraction = rawFraction.replace(/0+$/, '')
  if (fraction.length > digits) return { kind: 'refused', reason: 'too_many_digits' }
  const minor = BigInt(whole + fraction.padEnd(digits, '0'))
  return minor > MINOR_UNITS_MAX ? { kind: 'refused', reason: 'too_large' } : { kind: 'parsed', minor: Number(minor) }
}

/** Reads decimal text as minor units of a currency. */
export function parseAmount(text: string, currency: string): ParsedAmount {
  return parseDecimal(text, currencyDigits(currency))
}

/** Price of a line; undefined where it would exceed MINOR_UNITS_MAX. */
export function timesQuantity(minor: number, quantity: number): number | undefined {
  assertMinor(minor)
  return within(BigInt(minor) * BigInt(quantity))
}

/** Sum of amounts, 0 for none; undefined where it would exceed MINOR_UNITS_MAX. */
export function sumMinor(amounts: readonly number[]): number | undefined {
  amounts.forEach(assertMinor)
  return within(amounts.reduce((sum, minor) => sum + BigInt(minor), 0n))
}

/**
 * Amount as order_paid and order_canceled carry it: money with four decimals, virtual currency whole, free `0`.
 *
 * The content of a bundle has no amount of its own; its null is the caller's.
 */
export function webhookAmount(minor: number, of: AmountCurrency): string {
  return amountText(minor, of, (digits) => decimalText(minor, digits, WEBHOOK_DECIMALS))
}

/** Amount as Get order and order search tell it: the currency's digits without trailing zeros, such as 30 and 1.99. */
export function orderAmount(minor: number, of: AmountCurrency): string {
  return amountText(minor, of, (digits) => withoutTrailingZeros(decimalText(minor, digits, digits)))
}

/** Amount as carts tell it: money with sixteen decimals. */
export function cartAmount(minor: number, currency: string): string {
  return decimalText(minor, currencyDigits(currency), CART_DECIMALS)
}

/**
 * Amount as a JSON number, for the payment parts of webhooks.
 *
 * @throws {RangeError} above MINOR_UNITS_MAX, where a JSON number would change the last digits
 */
export function numberAmount(minor: number, currency: string): number {
  if (minor > MINOR_UNITS_MAX) throw new RangeError(`Amounts end at ${MINOR_UNITS_MAX} minor units, got ${minor}.`)
  const digits = currencyDigits(currency)
  return Number(decimalText(minor, digits, digits))
}

function amountText(minor: number, of: AmountCurrency, asMoney: (digits: number) => string): string {
  switch (of.currencyKind) {
    case 'real':
      if (of.currency === null) throw new RangeError('An amount of money must name its currency, got null.')
      return asMoney(currencyDigits(of.currency))
    case 'virtual':
      return decimalText(minor, 0, 0)
    case 'free':
      return '0'
  }
}

/** `minor` with `decimals` digits after the point, where the currency has `digits` of them; the rest are zeros. */
function decimalText(minor: number, digits: number, decimals: number): string {
  assertMinor(minor)
  const text = String(minor).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  const fraction = text.slice(text.length - digits).padEnd(decimals, '0')
  return fraction === '' ? whole : `${whole}.${fraction}`
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function within(minor: bigint): number | undefined {
  return minor > MINOR_UNITS_MAX ? undefined : Number(minor)
}

function assertMinor(minor: number): void {
  if (!Number.isSafeInteger(minor) || minor < 0) {
    throw new RangeError(`An amount must be a whole number of minor units from 0, got ${minor}.`)
  }
}
