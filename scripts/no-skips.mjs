// Reporter for CI: a test that was skipped or left as todo fails the run, by name.

/**
 * @param {AsyncIterable<{ type: string, data: { name?: string, skip?: string | boolean, todo?: string | boolean } }>} events
 * @returns {AsyncGenerator<string, void>}
 */
export default async function* noSkips(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const reason = data.skip ?? data.todo
    if (reason === undefined || reason === false) continue
    process.exitCode = 1
    yield `not allowed in CI, skipped: ${data.name} (${reason === true ? 'no reason given' : reason})\n`
  }
}
