// The digests of a webhook: by the Node that runs us where there is one, else by WebCrypto.
import type * as NodeCrypto from 'node:crypto'
import { parseSignatureHeader, sha1Signature, signatureHeader, standardWebhookContent } from '@ordertrail/core'

// Measured on bodies of 2 KB: WebCrypto hands each of them to another thread and takes ten times as long.
const node: typeof NodeCrypto | undefined = globalThis.process?.getBuiltinModule?.('node:crypto')

/** SHA-1 of the body followed by the secret: 20 bytes. */
export async function sha1Of(body: Uint8Array, secret: string): Promise<Uint8Array> {
  if (node !== undefined) return node.createHash('sha1').update(body).update(secret).digest()
  return parseSignatureHeader(signatureHeader(await sha1Signature(body, secret))) ?? new Uint8Array()
}

/** What a Standard Webhooks signature covers. */
export type StandardMessage = Parameters<typeof standardWebhookContent>[0]

/** HMAC-SHA-256 of a message as Standard Webhooks asks for: 32 bytes. */
export async function standardDigest(message: StandardMessage, key: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (node !== undefined) {
    const { id, timestampSeconds, body } = message
    return node.createHmac('sha256', key).update(`${id}.${timestampSeconds}.`).update(body).digest()
  }
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const cryptoKey = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  const content = new Uint8Array(standardWebhookContent(message))
  return new Uint8Array(await crypto.subtle.sign('HMAC', cryptoKey, content))
}
