// A guide as one shell script: its sh blocks one after the other, its servers in the background.

/** A command that does not end by itself; what follows in the guide talks to it. */
const LONG_LIVED = /^(ordertrail (dev|start)|node listener\.mjs)\b/

/** Ports as the guides print them, for readers; tests take free ones. */
export interface GuidePorts {
  readonly store: number
  readonly listener: number
}

const STORE_PORT = /127\.0\.0\.1:4400/g
const LISTENER_PORT = /127\.0\.0\.1:3000/g
const LISTENER_LISTENS = /\.listen\(3000,/g

/** Stops the script at the first failure, and with it all that it started. */
const PRELUDE = `set -euo pipefail
STARTED=()
stop() { for pid in "\${STARTED[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" || true; done; }
trap stop EXIT
until_open() { for _ in $(seq 1200); do (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return; sleep 0.1; done; echo "nobody listens on $1" >&2; return 1; }
`

/** @returns bash that does what a reader of the guide would do */
export function guideScript(markdown: string, ports: GuidePorts): string {
  const blocks = Array.from(markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm), ([, block = '']) => block.trimEnd())
  const steps = blocks.map((block) => (LONG_LIVED.test(block) ? inBackground(block, ports) : block))
  const script = [PRELUDE, ...steps].join('\n')
  return script
    .replace(STORE_PORT, `127.0.0.1:${ports.store}`)
    .replace(LISTENER_PORT, `127.0.0.1:${ports.listener}`)
    .replace(LISTENER_LISTENS, `.listen(${ports.listener},`)
}

function inBackground(command: string, { store, listener }: GuidePorts): string {
  const port = command.startsWith('node') ? listener : store
  return `${command} &\nSTARTED+=($!)\nuntil_open ${port}`
}
