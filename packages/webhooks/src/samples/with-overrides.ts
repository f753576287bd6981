// Replaces members of a sample, however deep they lie.

/** Some members of `T`; objects inside may again have some of theirs, lists are replaced as a whole. */
export type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> | undefined }
    : T

/**
 * A copy of `body` with the members of `over` in place of its own; members that were there keep their place.
 *
 * A member that is undefined in `over` is left out of the copy, as a broken sender would.
 */
export function withOverrides<T extends object>(body: T, over: DeepPartial<NoInfer<T>> | undefined): T {
  return over === undefined ? body : (merged(body, over) as T)
}

function merged(value: unknown, over: unknown): unknown {
  if (!isObject(value) || !isObject(over)) return over
  const both = { ...value, ...over }
  const members = Object.keys(both).map((key) => [key, key in over ? merged(value[key], over[key]) : value[key]])
  return Object.fromEntries(members.filter(([, member]) => member !== undefined))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
