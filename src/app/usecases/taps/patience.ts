import type { Clock } from '../../../ports/clock.ts'

/** Nobody who tapped something waits longer for anything of ours. */
export const PATIENCE_MS = 300

/** What is done, or something else when it takes longer. It is done all the same; if it fails then, nobody hears of it. */
export async function within<T>(
  clock: Clock,
  ms: number,
  { doing, otherwise }: { readonly doing: Promise<T>; readonly otherwise: T },
): Promise<T> {
  const late = Promise.withResolvers<T>()
  const cancel = clock.after(ms, () => late.resolve(otherwise))
  doing.catch(() => {})
  return Promise.race([doing, late.promise]).finally(cancel)
}
