import { z } from 'zod'
import { FAULT_MODE_NAMES, type FaultMode } from './fault-modes.ts'
import { SOURCES, type Source } from './model.ts'
import type { Reply } from './reply.ts'

/** How one source misbehaves until it is told otherwise. */
export interface Fault {
  readonly mode: FaultMode
  readonly ms: number | null
  readonly status: number | null
  /** The market's time at which it ends; null: it does not. */
  readonly untilMs: number | null
  /** Answers that `freeze` keeps, by path and query. */
  readonly frozen: Map<string, Reply>
}

const ORDER = z.strictObject({
  source: z.enum([...SOURCES, 'all']),
  mode: z.enum(['ok', ...FAULT_MODE_NAMES]),
  ms: z.number().int().min(0).max(3_600_000).optional(),
  status: z.number().int().min(200).max(599).optional(),
  until: z.union([z.number().positive(), z.iso.datetime()]).optional(),
})

/** `until` is in seconds from now, or an ISO time; mode `ok` ends whatever there was. */
export type FaultOrder = z.infer<typeof ORDER>

/** @returns the order, or sentences that say what is wrong with it */
export function parseOrder(body: unknown): { readonly order: FaultOrder } | { readonly problems: readonly string[] } {
  const result = ORDER.safeParse(body)
  if (result.success) return { order: result.data }
  return { problems: result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`) }
}

export interface FaultBoard {
  set(order: FaultOrder, nowMs: number): void
  /** What the source suffers from at that moment, or null. */
  active(source: Source, nowMs: number): Fault | null
}

export function faultBoard(): FaultBoard {
  const faults = new Map<Source, Fault>()
  return {
    set(order, nowMs) {
      for (const source of order.source === 'all' ? SOURCES : [order.source]) {
        if (order.mode === 'ok') faults.delete(source)
        else faults.set(source, { ...rule(order, nowMs), mode: order.mode, frozen: new Map() })
      }
    },
    active(source, nowMs) {
      const fault = faults.get(source)
      if (fault === undefined || (fault.untilMs !== null && nowMs >= fault.untilMs)) return null
      return fault
    },
  }
}

function rule({ ms, status, until }: FaultOrder, nowMs: number) {
  const untilMs = typeof until === 'number' ? nowMs + until * 1000 : until === undefined ? null : Date.parse(until)
  return { ms: ms ?? null, status: status ?? null, untilMs }
}
