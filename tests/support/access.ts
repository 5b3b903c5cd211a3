import type { AccessDeps } from '../../src/adapters/http/app.ts'
import { composeAccess } from '../../src/app/compose-access.ts'
import { SCOPES, type Scope } from '../../src/domain/access/team.ts'
import type { AccessService, IssuedKey } from '../../src/ports/access.ts'
import type { AccessStore } from '../../src/ports/access-store.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { memoryLog } from './log.ts'
import { type MemoryAccessStore, memoryAccessStore } from './memory-access-store.ts'

export const ADMIN_TOKEN = 'the-token-of-the-operator'

/** The real use case over a store in memory. */
export interface TestAccess {
  readonly service: AccessService & { close(): void }
  readonly store: MemoryAccessStore
  /** For `httpApp({ access })`. */
  readonly deps: AccessDeps
  /** How often each method of the store was called. */
  readonly asked: Record<string, number>
  /** A key of the team, which is created when it is new. */
  key(team: string, scopes?: readonly Scope[], expiresAtMs?: number | null): Promise<IssuedKey>
}

export function testAccess(
  clock: Clock,
  { publicReads = true, store = memoryAccessStore() }: { publicReads?: boolean; store?: MemoryAccessStore } = {},
): TestAccess {
  const asked: Record<string, number> = {}
  const service = composeAccess({ store: counted(store, asked), clock, log: memoryLog() })
  return {
    service,
    store,
    asked,
    deps: { service, adminToken: ADMIN_TOKEN, publicReads },
    async key(team, scopes = SCOPES, expiresAtMs = null) {
      if ((await store.team(team)) === null) await service.createTeam(team)
      return service.issueKey(team, { name: null, scopes, expiresAtMs })
    },
  }
}

/** Headers of a request with this key. */
export function withKey({ secret }: Pick<IssuedKey, 'secret'>, init: RequestInit = {}): RequestInit {
  return { ...init, headers: { ...init.headers, 'x-api-key': secret } }
}

/** Headers of a request of the operator. */
export function asOperator(init: RequestInit = {}): RequestInit {
  return { ...init, headers: { ...init.headers, authorization: `Bearer ${ADMIN_TOKEN}` } }
}

function counted(store: AccessStore, asked: Record<string, number>): AccessStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        asked[String(name)] = (asked[String(name)] ?? 0) + 1
        return method.apply(target, args)
      }
    },
  })
}
