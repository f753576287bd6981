// Statements of one transaction that do not need each other's answers.

/**
 * Asks for several things at once and gives all answers, in their order: PostgreSQL gets them in one write and answers in one.
 *
 * Waits for all, also when one fails. What went on after its transaction had ended would write into the next one.
 *
 * @throws what the first of them threw, in the order of `work`
 */
export async function together<Answers extends readonly unknown[]>(
  work: {
    readonly [Index in keyof Answers]: Promise<Answers[Index]>
  },
): Promise<Answers> {
  await Promise.allSettled(work)
  return Promise.all(work) as Promise<Answers>
}
