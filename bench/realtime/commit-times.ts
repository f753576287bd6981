// When statuses were committed, as the server's own threads saw it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A status by its channel and offset, and the wall milliseconds at which its commit was done. */
export type NotedCommit = readonly [channel: string, offset: number, atMs: number]

/** Names the folder into which the threads of a server write. */
export const FOLDER_VARIABLE = 'BENCH_COMMITS'

/** Commits that a server notes. */
export interface CommitTimes {
  /** Of Node and of the environment; the server is started with them. */
  readonly flags: readonly string[]
  readonly settings: Readonly<Record<string, string>>
  /** To be asked once, after the server has ended in order. Wall milliseconds by `commitKey`. */
  take(): ReadonlyMap<string, number>
}

/** Prepares to note commits; `folder` must be there. */
export function noteCommits(folder: string): CommitTimes {
  const own = mkdtempSync(join(folder, 'commits-'))
  return {
    flags: ['--import', join(import.meta.dirname, 'note-commits.ts')],
    settings: { [FOLDER_VARIABLE]: own },
    take: () => {
      const commits = readdirSync(own).flatMap(
        (name) => JSON.parse(readFileSync(join(own, name), 'utf8')) as readonly NotedCommit[],
      )
      rmSync(own, { recursive: true })
      return new Map(commits.map(([channel, offset, atMs]) => [commitKey(channel, offset), atMs]))
    },
  }
}

/** Names a status. */
export function commitKey(channel: string, offset: number): string {
  return `${channel} ${offset}`
}
