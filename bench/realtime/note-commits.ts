// Loaded into the server before it starts: notes in each of its threads when statuses were committed, and leaves that in a file.
import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { COMMITTED_CHANNEL, type CommittedMessage } from '../../packages/server/src/platform/store/committed.ts'
import { wallMs } from '../frame/wall-clock.ts'
import { FOLDER_VARIABLE, type NotedCommit } from './commit-times.ts'

const folder = process.env[FOLDER_VARIABLE]
const commits: NotedCommit[] = []

if (folder !== undefined) {
  subscribe(COMMITTED_CHANNEL, (message) => note(message as CommittedMessage))
  process.on('exit', () => {
    if (commits.length > 0) writeFileSync(join(folder, `${process.pid}-${threadId}.json`), JSON.stringify(commits))
  })
}

function note({ wakeUps }: CommittedMessage): void {
  const atMs = wallMs()
  for (const wakeUp of wakeUps) {
    if (wakeUp.kind === 'publication') commits.push([wakeUp.channel, wakeUp.offset, atMs])
  }
}
