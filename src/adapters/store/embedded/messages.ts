import type { Param } from '../db.ts'

/** What the engine's thread is to do. */
export interface Order {
  readonly id: number
  /** Null: close. */
  readonly sql: string | null
  /** Null: several statements, whose answers nobody wants. */
  readonly params: readonly Param[] | null
}

/** What it says to the order of the same number; 0: it has opened the folder, or could not. */
export interface Answer {
  readonly id: number
  readonly rows?: readonly unknown[]
  readonly fault?: { readonly code: string; readonly message: string }
}
