// Writes docs/webhooks-reference.md; run by npm run webhooks-reference.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './import-graph.ts'
import { WEBHOOKS_REFERENCE, webhooksReference } from './webhooks-reference.ts'

writeFileSync(join(ROOT, WEBHOOKS_REFERENCE), webhooksReference())
process.stdout.write(`Wrote ${WEBHOOKS_REFERENCE}\n`)
