// Which faults come when: drawn from the seed before the run, so that a seed repeats them.

/** What a fault hits; two at once never hit the same. */
export type FaultTarget =
  | 'node'
  | 'store'
  | 'broker'
  | 'disk'
  | 'clock'
  | 'listener'
  | 'clients'
  | 'store wire'
  | 'broker wire'

/** A fault that may be chosen. `weight`: how often, beside the others. */
export interface FaultKind {
  readonly name: string
  readonly target: FaultTarget
  readonly weight: number
  /** How long it lasts, at least and at most. */
  readonly lastsMs: readonly [min: number, max: number]
}

/** A fault of a round; `pick` from 0 to 1 chooses the one among several that it hits. */
export interface PlannedFault<Kind extends FaultKind> {
  readonly kind: Kind
  readonly afterMs: number
  readonly lastsMs: number
  readonly pick: number
}

/** Every so many rounds several come at once. */
const ALL_AT_ONCE_EVERY = 4
const AT_ONCE_MIN = 3
const AT_ONCE_MAX = 5
const CALM_MS_MIN = 400
const CALM_MS_MAX = 1_500
const APART_MS_MAX = 900

/** The faults of each round. */
export function planFaults<Kind extends FaultKind>(
  random: () => number,
  rounds: number,
  kinds: readonly Kind[],
): readonly (readonly PlannedFault<Kind>[])[] {
  return Array.from({ length: rounds }, (_, round) => {
    const isAllAtOnce = (round + 1) % ALL_AT_ONCE_EVERY === 0
    const count = isAllAtOnce ? AT_ONCE_MIN + Math.floor(random() * (AT_ONCE_MAX - AT_ONCE_MIN + 1)) : 1
    const calmMs = between(random, CALM_MS_MIN, CALM_MS_MAX)
    return choose(random, count, kinds).map((kind, index) => ({
      kind,
      afterMs: calmMs + (index === 0 ? 0 : random() * APART_MS_MAX),
      lastsMs: between(random, ...kind.lastsMs),
      pick: random(),
    }))
  })
}

function choose<Kind extends FaultKind>(random: () => number, count: number, kinds: readonly Kind[]): readonly Kind[] {
  const chosen: Kind[] = []
  while (chosen.length < count) {
    const left = kinds.filter(({ target }) => chosen.every((one) => one.target !== target))
    const kind = weighted(random(), left)
    if (kind === undefined) break
    chosen.push(kind)
  }
  return chosen
}

function weighted<Kind extends FaultKind>(drawn: number, kinds: readonly Kind[]): Kind | undefined {
  let rest = drawn * kinds.reduce((sum, { weight }) => sum + weight, 0)
  return kinds.find(({ weight }) => {
    rest -= weight
    return rest < 0
  })
}

function between(random: () => number, min: number, max: number): number {
  return min + random() * (max - min)
}
