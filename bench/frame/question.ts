// What a question of the bench is, and what its answer is made of.

/** How to run a question. */
export interface BenchRun {
  /** Fewer and shorter rounds: figures to compare with each other, not to publish. */
  readonly isQuick: boolean
  /** How many rounds; null: as many as the question has. */
  readonly rounds: number | null
  /** Only what has this text in its name is measured; empty: everything. For work on one thing. */
  readonly only: string
  /** Where databases and logs may lie; removed afterwards. */
  readonly folder: string
  /** Says how far it has come. */
  readonly report: (line: string) => void
}

/** Whether a thing of this name is measured in this run; nobody has to know how names are spelled. */
export function isChosen({ only }: Pick<BenchRun, 'only'>, name: string): boolean {
  return name.toLowerCase().includes(only.toLowerCase())
}

/** The lengths that a question can have. */
export interface Sizes<Size> {
  readonly full: Size
  readonly quick: Size
}

/** The length of a run: that of the question, with as many rounds as were asked for. */
export function sizeOf<Size extends { readonly rounds: number }>(
  { isQuick, rounds }: Pick<BenchRun, 'isQuick' | 'rounds'>,
  { full, quick }: Sizes<Size>,
): Size {
  const size = isQuick ? quick : full
  return rounds === null ? size : { ...size, rounds }
}

/** What a figure has to reach. */
export interface Bar {
  readonly kind: 'at_least' | 'at_most'
  readonly value: number
}

/** One figure over all rounds. `bar` null: shown for comparison. `isPeer` true: it is another program's, drawn pale. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly rounds: readonly number[]
  readonly bar: Bar | null
  readonly isPeer?: boolean
}

/** What a question came to; `notes` say what a reader must know to judge the figures. */
export interface Answer {
  readonly figures: readonly Figure[]
  readonly notes: readonly string[]
}

/** One question; a file under bench/ exports one. */
export interface Question {
  readonly title: string
  readonly ask: (run: BenchRun) => Promise<Answer>
}
