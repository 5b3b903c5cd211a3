import type { FloodLimits } from '../../../src/adapters/http/access/floods.ts'
import type { HttpDeps } from '../../../src/adapters/http/app.ts'
import type { Caller } from '../../../src/ports/caller.ts'
import { testAccess } from '../../support/access.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { testHttp } from '../../support/http.ts'

/** The HTTP side with keys of a store in memory. */
export function guardedHttp({
  publicReads = true,
  floodLimits = {},
  ...deps
}: { publicReads?: boolean; floodLimits?: Partial<FloodLimits> } & Partial<HttpDeps> = {}) {
  const clock = fakeClock(Date.UTC(2026, 10, 20, 12))
  const access = testAccess(clock, { publicReads })
  return { ...testHttp({ access: { ...access.deps, floodLimits }, ...deps }, undefined, clock), access, clock }
}

/** Somebody at this address. */
export function callerAt(address: string): Caller {
  return { address, holdOpen() {}, cut: () => false, wantsSocket: false, upgrade() {} }
}

export interface Operation {
  readonly name: string
  readonly method: string
  /** With something in the place of every parameter. */
  readonly path: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
}

interface Document {
  readonly paths: Record<string, Record<string, { readonly security?: Operation['security'] }>>
}

/** Every operation of the document. */
export function operationsOf(document: unknown): Operation[] {
  return Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => {
      const name = `${method.toUpperCase()} ${path}`
      if (security === undefined) throw new Error(`${name} does not say who may use it.`)
      return { name, method: method.toUpperCase(), path: path.replaceAll(/\{.+?\}/g, '1'), security }
    }),
  )
}
