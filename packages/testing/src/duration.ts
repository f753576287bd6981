// Lengths of time as people write them: 25m, 12h, 1h30m.

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/

/**
 * Milliseconds of a length of time.
 *
 * @param text parts such as `25m`, `1h30m` or `0.5d`; a number is milliseconds already
 * @throws {TypeError} when it is neither, or nothing
 */
export function durationMs(text: string | number): number {
  const ms = typeof text === 'number' ? text : sumOfParts(text)
  if (Number.isFinite(ms) && ms >= 1) return Math.round(ms)
  throw new TypeError(`A length of time is written like 25m, 12h or 1h30m, or as milliseconds; got ${text}.`)
}

function sumOfParts(text: string): number {
  if (!WHOLE.test(text)) return Number.NaN
  return [...text.matchAll(PART)].reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0)
}
