// The scale of a panel: from 0 in even steps, or in powers of ten where the smallest bar could not be seen otherwise.

/** Where values lie. */
export interface Scale {
  readonly isLogarithmic: boolean
  /** Pixels from the left end of the plot; what lies outside is drawn at its ends. */
  at(value: number): number
  /** Values with a line of their own, ascending, 0 left out. */
  readonly ticks: readonly number[]
}

/** From so many times the smallest value on, bars of an even scale say nothing. */
const RATIO_MAX = 200
const TICKS_MAX = 5
const STEPS = [1, 2, 2.5, 5, 10]

/** A scale for `values`, of which those that are not finite or below 0 do not count. */
export function scaleFor(values: readonly number[], widthPx: number): Scale {
  const seen = values.filter((value) => Number.isFinite(value) && value > 0)
  const highest = seen.length === 0 ? 1 : Math.max(...seen)
  const lowest = Math.min(...seen, highest)
  return highest / lowest > RATIO_MAX ? powersOfTen(lowest, highest, widthPx) : evenSteps(highest, widthPx)
}

function evenSteps(highest: number, widthPx: number): Scale {
  const step = niceStep(highest / TICKS_MAX)
  return {
    isLogarithmic: false,
    at: (value) => within((value / highest) * widthPx, widthPx),
    ticks: Array.from({ length: Math.floor(highest / step) }, (_, index) => (index + 1) * step),
  }
}

/** The smallest round number that is not below `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * (STEPS.find((step) => step * power >= least) ?? 10)
}

function powersOfTen(lowest: number, highest: number, widthPx: number): Scale {
  // A little below the lowest power, so that the smallest bar has a length.
  const first = Math.floor(Math.log10(lowest) - 0.3)
  const last = Math.log10(highest)
  const powers = Array.from({ length: Math.floor(last) - first }, (_, index) => 10 ** (first + index + 1))
  return {
    isLogarithmic: true,
    at: (value) => (value > 0 ? within(((Math.log10(value) - first) / (last - first)) * widthPx, widthPx) : 0),
    ticks: powers,
  }
}

function within(px: number, widthPx: number): number {
  return Number.isFinite(px) ? Math.min(Math.max(px, 0), widthPx) : 0
}
