// User JWTs of the bench's players, as the game's own login would sign them.
import { createHmac } from 'node:crypto'
import { LOGIN_SECRET } from './seed.ts'

const TOKEN_LIFE_S = 86_400

/** A user JWT of the player of this name; every project of the bench takes it. */
export function userToken(name: string): string {
  const now = Math.floor(Date.now() / 1_000)
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: name, iat: now, exp: now + TOKEN_LIFE_S },
  ]
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', LOGIN_SECRET).update(signed).digest('base64url')}`
}
