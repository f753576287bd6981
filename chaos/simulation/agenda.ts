// What is to happen in a simulation, by its time.

/** Acts of one moment happen in the order of their phases, and within a phase in the order in which they were planned. */
export interface Agenda<Act> {
  plan(at: number, phase: number, act: Act): void
  /** Earliest moment at which something is planned; null: nothing is. */
  next(): number | null
  /** Takes out all acts of that moment, phase by phase. */
  take(at: number): readonly (readonly Act[])[]
}

interface Planned<Act> {
  readonly phase: number
  readonly act: Act
}

/** Makes an empty agenda. */
export function makeAgenda<Act>(): Agenda<Act> {
  const moments = new Map<number, Planned<Act>[]>()
  const heap: number[] = []
  return {
    plan(at, phase, act) {
      const known = moments.get(at)
      if (known !== undefined) known.push({ phase, act })
      else {
        moments.set(at, [{ phase, act }])
        rise(heap, at)
      }
    },
    next: () => heap[0] ?? null,
    take(at) {
      if (heap[0] !== at) return []
      sink(heap)
      const planned = moments.get(at) ?? []
      moments.delete(at)
      const phases = [...Map.groupBy(planned, ({ phase }) => phase)].sort(([a], [b]) => a - b)
      return phases.map(([, ofPhase]) => ofPhase.map(({ act }) => act))
    },
  }
}

/** Adds `value` to a heap whose first element is the smallest. */
function rise(heap: number[], value: number): void {
  let place = heap.push(value) - 1
  while (place > 0) {
    const parent = (place - 1) >> 1
    if ((heap[parent] as number) <= value) break
    heap[place] = heap[parent] as number
    place = parent
  }
  heap[place] = value
}

/** Takes the smallest out. */
function sink(heap: number[]): void {
  const last = heap.pop() as number
  if (heap.length === 0) return
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child += 1
    if ((heap[child] as number) >= last) break
    heap[place] = heap[child] as number
    place = child
  }
  heap[place] = last
}
