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

/** Makes the 32 bytes that a Standard Webhooks signature of a message has. */
export type StandardDigest = (message: StandardMessage) => Promise<Uint8Array>

/** HMAC-SHA-256 with a key, as Standard Webhooks asks for. */
export function standardDigest(key: Uint8Array<ArrayBuffer>): StandardDigest {
  if (node === undefined) return (message) => webHmac('SHA-256', key, standardWebhookContent(message))
  // Making a key of its bytes costs more than the HMAC itself.
  const secretKey = node.createSecretKey(key)
  return async ({ id, timestampSeconds, body }) =>
    node.createHmac('sha256', secretKey).update(`${id}.${timestampSeconds}.`).update(body).digest()
}

/** HMAC by WebCrypto. The key is made anew each time: some runtimes let no request wait for what another one began. */
export async function webHmac(
  hash: 'SHA-1' | 'SHA-256',
  key: Uint8Array<ArrayBuffer>,
  content: Uint8Array,
): Promise<Uint8Array> {
  const cryptoKey = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', cryptoKey, new Uint8Array(content)))
}
