// The OpenAPI document of the route table, made of the same schemas that validate requests.
import { STATUS_CODES } from 'node:http'
import { type TSchema, Type } from 'typebox'
import { openApiSchema, type SchemaComponents } from './openapi-schema.ts'
import { type Access, defineEndpoint, type Endpoint, type PlainSchema, type Route } from './platform/http/index.ts'

/** Version of this API: grows with what it can do, breaks with a new first number. */
const API_VERSION = '0.1.0'

/** What stands at the head of the document. */
export interface OpenApiInfo {
  /** Default: API_VERSION. */
  readonly version?: string
  /** Where the server is reached; default: the same host as the document. */
  readonly serverUrl?: string
}

/** A JSON document. */
export type OpenApiDocument = Readonly<Record<string, unknown>>

const DESCRIPTION = `Orders, their statuses and what follows from them.

Paths under /api and /events follow the documented store, with its error bodies; paths under /v1 are OrderTrail's own and answer
errors as application/problem+json with a stable \`code\`.`

const SECURITY_SCHEMES = {
  userToken: { type: 'http', scheme: 'bearer', description: 'User JWT of the login project, or a payment token.' },
  visitorId: {
    type: 'apiKey',
    in: 'header',
    name: 'x-unauthorized-id',
    description: 'At least 16 random characters of a visitor without an account.',
  },
  projectKey: { type: 'http', scheme: 'basic', description: 'Project id (or merchant id) and API key.' },
  merchantKey: { type: 'http', scheme: 'basic', description: 'Merchant id and API key.' },
  adminKey: { type: 'http', scheme: 'bearer', description: "The installation's admin key." },
} as const

/** One of the listed schemes suffices; none: anyone may call. */
const SECURITY_BY_ACCESS: Readonly<
  Record<Access, readonly Readonly<Partial<Record<keyof typeof SECURITY_SCHEMES, []>>>[]>
> = {
  anyone: [],
  player: [{ userToken: [] }],
  cart: [{ userToken: [] }, { visitorId: [] }],
  project: [{ projectKey: [] }],
  merchant: [{ merchantKey: [] }],
  installation: [{ adminKey: [] }],
  dev: [{ adminKey: [] }, {}],
}

const storeError = Type.Object(
  {
    statusCode: Type.Integer(),
    errorCode: Type.Integer({ description: 'Number of the documented store error; 0 where it has none.' }),
    errorMessage: Type.String({ example: '[0401-9001]: Order not found' }),
    transactionId: Type.Optional(Type.String({ description: 'Id of the request.' })),
  },
  { $id: 'StoreError' },
)

const problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable code of the error.' }),
    detail: Type.String({ description: 'What happened and what to do.' }),
    request_id: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), sentence: Type.String() }))),
    details: Type.Optional(Type.Object({})),
  },
  { $id: 'Problem', description: 'RFC 9457 problem details.' },
)

/**
 * The document of a route table, OpenAPI 3.1.
 *
 * @throws {Error} when two different schemas share an `$id`
 */
export function openApiDocument(routes: readonly Route[], info: OpenApiInfo = {}): OpenApiDocument {
  const components: SchemaComponents = new Map()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const operations = paths[route.path] ?? {}
    operations[route.method.toLowerCase()] = operationOf(route, components)
    paths[route.path] = operations
  }
  const tags = [...new Set(routes.map((route) => route.endpoint.tag))]
  return {
    openapi: '3.1.1',
    info: {
      title: 'OrderTrail',
      version: info.version ?? API_VERSION,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: info.serverUrl ?? '/' }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: sortedByName(components) },
  }
}

function operationOf(route: Route, components: SchemaComponents): object {
  const { operationId, summary, tag, schema } = route.endpoint
  const body = requestBody(route, components)
  return {
    operationId,
    summary,
    tags: [tag],
    ...(route.access === 'anyone' ? {} : { security: SECURITY_BY_ACCESS[route.access] }),
    parameters: [...pathParameters(route, components), ...parametersOf(schema.query, 'query', components)],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responsesOf(route, components),
  }
}

/** Every name in the path, also where the endpoint has no schema for it because only the authentication reads it. */
function pathParameters(route: Route, components: SchemaComponents): readonly object[] {
  const declared = parametersOf(route.endpoint.schema.params, 'path', components)
  const names = new Set(declared.map(({ name }) => name))
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const undeclared = inPath.filter((name) => !names.has(name))
  return [
    ...undeclared.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: name.endsWith('_id') ? 'integer' : 'string' },
    })),
    ...declared.filter(({ name }) => inPath.includes(name)),
  ]
}

function parametersOf(
  schema: TSchema | undefined,
  place: 'path' | 'query',
  components: SchemaComponents,
): readonly { name: string }[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = openApiSchema(schema, components, 'inline') as {
    properties?: Record<string, PlainSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...inner }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: inner,
  }))
}

function requestBody(route: Route, components: SchemaComponents): object | undefined {
  const { body, bodyBytes } = route.endpoint.schema
  if (bodyBytes === true) return { required: true, content: { '*/*': { schema: {} } } }
  if (body === undefined) return undefined
  const plain = openApiSchema(body, components, 'inline')
  const required = Array.isArray(plain.required) && plain.required.length > 0
  return { required, content: { 'application/json': { schema: openApiSchema(body, components) } } }
}

function responsesOf(route: Route, components: SchemaComponents): object {
  const own = Object.entries(route.endpoint.schema.response).map(([status, schema]) => {
    return [status, responseOf(STATUS_CODES[status] ?? 'Answer', schema, components)] as const
  })
  const isStore = route.errors === 'store'
  const error = openApiSchema(isStore ? storeError : problem, components)
  const content = { [isStore ? 'application/json' : 'application/problem+json']: { schema: error } }
  return { ...Object.fromEntries(own), default: { description: 'An error', content } }
}

function responseOf(description: string, schema: TSchema | null, components: SchemaComponents): object {
  if (schema === null) return { description }
  const { contentMediaType, ...plain } = openApiSchema(schema, components)
  const type = typeof contentMediaType === 'string' ? contentMediaType : 'application/json'
  return { description, content: { [type]: { schema: plain } } }
}

function sortedByName(components: SchemaComponents): Readonly<Record<string, PlainSchema>> {
  return Object.fromEntries([...components].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * The endpoint of /openapi.json.
 *
 * @param document made at the first call and kept: the table that it describes holds this endpoint too
 */
export function makeOpenApiEndpoint(document: () => OpenApiDocument): Endpoint {
  let text: string | undefined
  return defineEndpoint({
    operationId: 'get-openapi',
    summary: 'This API as an OpenAPI document',
    tag: 'Health',
    schema: { response: { 200: Type.Object({}, { additionalProperties: true }) } },
    handle: async () => {
      text ??= JSON.stringify(document())
      return {
        status: 200,
        body: text,
        headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
      }
    },
  })
}
