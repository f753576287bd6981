// The question whether the write side answers: a command that writes nothing, through the whole way of one that does.
import { type BoundCommand, bind, type Command, oneByOne, rareCommand } from './command.ts'

/** Resolves when a transaction could be begun and committed. */
export const pingCommand: Command<null, null> = rareCommand('store.ping')

/** The command with its handler; every store has it. */
export const boundPing: BoundCommand = bind(
  pingCommand,
  oneByOne(async () => null),
)
