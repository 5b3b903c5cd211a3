import { SourceError, type SourceFailure } from '../../../domain/errors.ts'

/** A failed exchange, with what the engine needs to decide on another try. Callers see a plain SourceError. */
export class AttemptError extends SourceError {
  /** The same request may succeed at once: a 5xx, a reset, a failed connection. */
  readonly transient: boolean

  constructor(
    reason: SourceFailure,
    message: string,
    options: { transient?: boolean; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(reason, message, { retryAfterMs: options.retryAfterMs, cause: options.cause })
    this.transient = options.transient ?? false
  }
}
