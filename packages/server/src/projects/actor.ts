// Who did it, as the audit log names them.
import type { Caller } from '../platform/http/index.ts'

/** A text for audit_log.actor. */
export function actorOf(caller: Caller): string {
  switch (caller.kind) {
    case 'key':
      return `key:${caller.keyName}`
    case 'player':
      return `${caller.party.kind}:${caller.party.id}`
    default:
      return caller.kind
  }
}
