// Random choices, from a source of random numbers that repeats with its seed.

/** A whole number from 0 to below `bound`. */
export function below(random: () => number, bound: number): number {
  return Math.floor(random() * bound)
}

/** One of several. */
export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[below(random, items.length)]
  if (item === undefined) throw new RangeError('There is nothing to pick from.')
  return item
}
