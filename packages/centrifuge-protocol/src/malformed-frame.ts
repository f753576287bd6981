// How readers give up on a frame; the decoders at the door turn it into a value.

/** Thrown by readers only, caught by every decoder. Its message is a sentence for the log, without payload text. */
export class MalformedFrame extends Error {
  override readonly name = 'MalformedFrame'
}
