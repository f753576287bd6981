// What the emulator throws when a test asks for what did not happen.

/** Something that a test waited for or asked for did not happen; the message says what was seen instead. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError'
}
