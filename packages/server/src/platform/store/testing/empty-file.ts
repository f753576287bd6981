// A SQLite file as its first opening leaves it: migrated once in a process, as PostgreSQL's template is.
import { writeFileSync } from 'node:fs'
import { systemClock } from '../../clock.ts'
import { imageOf, MEMORY, openSqliteWrites } from '../../sqlite/sqlite-writes.ts'

let image: Promise<Uint8Array | null> | null = null

/** Writes it to `path`; nothing where this Node cannot, so that the store makes it. */
export async function writeEmptyFile(path: string): Promise<void> {
  image ??= makeImage()
  const bytes = await image
  if (bytes !== null) writeFileSync(path, bytes)
}

async function makeImage(): Promise<Uint8Array | null> {
  const options = { path: MEMORY, clock: systemClock(), allowTimeSkip: false, commands: [], report: () => {} }
  const { connection, close } = await openSqliteWrites(options)
  try {
    return imageOf(connection)
  } finally {
    await close()
  }
}
