// A folder of a test's own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** An empty folder that is removed after the test. */
export async function givenFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-cli-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
