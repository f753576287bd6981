// The limits of HTTP: sizes and times that protect the server from what clients send, or fail to send.

/** Largest body of a request, unless its endpoint says otherwise. */
export const BODY_BYTES_MAX: number = 1024 * 1024

/** Request line and headers together; a user JWT takes 1 to 4 KB of it. */
export const HEADER_BYTES_MAX: number = 16 * 1024

/** Deepest nesting of a JSON body: deeper ones are no orders, and recursion over them would overflow the stack. */
export const JSON_DEPTH_MAX = 64

/** Longest parameter of a path; documented ids and SKUs have up to 255 characters, which may be percent-encoded. */
export const PARAM_CHARS_MAX = 1024

/** Headers must have arrived by then, and the whole request by REQUEST_MS_MAX: slow clients hold no connection for long. */
export const HEADERS_MS_MAX = 10_000
export const REQUEST_MS_MAX = 30_000

/** How often unfinished requests are looked through for those two. */
export const SLOW_CLIENT_CHECK_MS = 1_000

/** Above the 60 s after which common load balancers drop an idle connection, so that it is them who do. */
export const KEEP_ALIVE_MS = 65_000

/**
 * Connections that wait to be accepted, at each door of doors.ts; the system may allow fewer. Beyond it they are dropped and tried again by
 * the peer after 1, 3 and 7 s, so that a storm of clients keeps everybody else out, too. Node's own 511 is a twentieth of a second of a storm.
 */
export const WAITING_CONNECTIONS_MAX = 4_096

/** How long a stop waits for requests that are under way. */
export const STOP_GRACE_MS = 10_000

/** How long the reader of a stream may take for what is left of it when it has ended. */
export const STREAM_END_MS_MAX = 5_000
