// The servers that do the same job side by side, each in a process of its own.
import { join } from 'node:path'
import { type Child, startChild } from '../../frame/child.ts'
import type { Place } from '../../stage/databases.ts'
import type { DialectName } from '../dialects.ts'
import type { ContenderQuestion, ContenderReady } from './contender.ts'

/** The servers by the names of their figures. */
export const CONTENDERS = ['OrderTrail', 'plain ws', 'Socket.IO'] as const

export type ContenderName = (typeof CONTENDERS)[number]

interface ContenderFile {
  readonly file: string
  readonly dialect: DialectName
}

const FILES: Readonly<Record<ContenderName, ContenderFile>> = {
  OrderTrail: { file: 'own.ts', dialect: 'centrifuge' },
  'plain ws': { file: 'plain-ws.ts', dialect: 'plain' },
  'Socket.IO': { file: 'socket-io.ts', dialect: 'socket.io' },
}

/** The language of a server. */
export const dialectOf = (name: ContenderName): DialectName => FILES[name].dialect

/** Starts a server; `place` is where OrderTrail keeps its channels. */
export function startContender(
  name: ContenderName,
  place: Place,
): Promise<Child<ContenderQuestion> & { readonly first: ContenderReady }> {
  return startChild(join(import.meta.dirname, FILES[name].file), place)
}
