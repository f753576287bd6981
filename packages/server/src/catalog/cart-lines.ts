// Which lines a cart takes, and what is said of the others.
import { AppError } from '@ordertrail/core'
import type { CatalogItem } from './item.ts'
import { type CartLine, QUANTITY_MAX } from './price-lines.ts'

/** A line that was not put into the cart; the others were. */
export interface CartWarning {
  readonly sku: string
  readonly quantity: number
  readonly errorCode: number
  readonly errorMessage: string
}

/** Lines that the cart takes, and warnings about the rest. */
export interface CheckedLines {
  readonly lines: readonly CartLine[]
  readonly warnings: readonly CartWarning[]
}

/** Whether an item may be in a cart: it costs money, or nothing. What costs virtual currency is bought by a call of its own. */
export function mayBeInCart(item: CatalogItem): boolean {
  return item.isFree || item.prices.length > 0
}

/** Sorts lines; the texts of the warnings are the documented ones. */
export function checkLines(
  projectId: number,
  lines: readonly CartLine[],
  items: ReadonlyMap<string, CatalogItem>,
): CheckedLines {
  const taken: CartLine[] = []
  const warnings: CartWarning[] = []
  for (const line of lines) {
    const item = items.get(line.sku)
    if (item === undefined || !item.isEnabled)
      warnings.push({ ...line, errorCode: 4001, errorMessage: notFoundMessage(projectId, line.sku) })
    else if (!mayBeInCart(item))
      warnings.push({ ...line, errorCode: 1421, errorMessage: 'Only Virtual Good Supported' })
    else taken.push(line)
  }
  return { lines: taken, warnings }
}

function notFoundMessage(projectId: number, sku: string): string {
  return `[0401-4001]: Item with Project Id = ${projectId} and Sku = ${sku} not found`
}

/** Refuses quantities that are not whole numbers from 0 to the limit. */
export function assertQuantity(quantity: number): void {
  if (Number.isInteger(quantity) && quantity >= 0 && quantity <= QUANTITY_MAX) return
  const sentence = 'Item quantity must be non-negative integer'
  throw new AppError('unprocessable', {
    message: `${sentence}, at most ${QUANTITY_MAX}; got ${quantity}.`,
    details: { reason: sentence },
  })
}
