// Documented fields that no body of ours has, and why.

/** By path, with or without `billing.` before it: what it lacks. Its members lack it as well. */
const UNSENT: Readonly<Record<string, string>> = {
  'purchase.subscription': 'there are no subscriptions',
  'purchase.gift': 'an order cannot be a present',
  'purchase.virtual_currency': 'it tells of purchases outside of the store, and there are none',
  'purchase.virtual_items': 'it tells of purchases outside of the store, and there are none',
  'purchase.pin_codes': 'it tells of purchases outside of the store, and there are none',
}

/** Why the field at `path` is never sent; null: it is. */
export function whyUnsent(path: string): string | null {
  const bare = path.replace(/^billing\./, '')
  const parent = Object.keys(UNSENT).find((unsent) => bare === unsent || bare.startsWith(`${unsent}.`))
  return parent === undefined ? null : (UNSENT[parent] ?? null)
}
