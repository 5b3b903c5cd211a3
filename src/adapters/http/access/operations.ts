import type { OpenAPIHono } from '@hono/zod-openapi'
import type { EdgeEnv } from '../exchange.ts'
import { type Access, accessOf } from './declared.ts'

/** What there is to ask for, as far as it says who may. What says nothing is not there. */
export interface Operations {
  /** In the order of METHODS; HEAD goes with GET. Empty for an unknown path. */
  methods(request: Request): readonly string[]
  /** Null when there is no such operation. */
  access(request: Request): Access | null
}

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const

/** @param hasAdmin without an operator's token the operator's operations are not there */
export function operations(app: OpenAPIHono<EdgeEnv>, hasAdmin: boolean): Operations {
  const declared = declarations(app)
  const accessOf = (method: string, path: string): Access | null => {
    // The very look-up that the router does. A handler that declares nothing closes the path for all on it.
    const found = app.router.match(method, path)[0].map(([[, route]]) => declared.get(`${route.method} ${route.path}`))
    const [first] = found
    if (first === undefined || found.includes(undefined)) return null
    return first.kind === 'admin' && !hasAdmin ? null : first
  }
  return {
    methods(request) {
      const path = app.getPath(request)
      const known = METHODS.filter((method) => accessOf(method, path) !== null)
      return known.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    },
    access: (request) => accessOf(request.method === 'HEAD' ? 'GET' : request.method, app.getPath(request)),
  }
}

/** What each route of the document declares, by method and path as the router has them. */
function declarations(app: OpenAPIHono<EdgeEnv>): ReadonlyMap<string, Access> {
  const declared = new Map<string, Access>()
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { method, path, security } = definition.route
    const access = accessOf(security)
    if (access !== null) declared.set(`${method.toUpperCase()} ${routerPath(path)}`, access)
  }
  return declared
}

function routerPath(path: string): string {
  return path.replaceAll(/\/{(.+?)}/g, '/:$1')
}
