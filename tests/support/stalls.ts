const LOOK_EVERY_MS = 20
/** A turn that took no longer than this is an ordinary one. */
const ORDINARY_MS = 100

/** How long the machine has stood still since somebody began to watch. */
export interface Stalls extends Disposable {
  /** Milliseconds, all stalls together. */
  totalMs(): number
}

export function watchStalls(): Stalls {
  let totalMs = 0
  let lastMs = performance.now()
  const look = () => {
    const nowMs = performance.now()
    if (nowMs - lastMs > ORDINARY_MS) totalMs += nowMs - lastMs
    lastMs = nowMs
  }
  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return {
    totalMs() {
      look()
      return totalMs
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

const stalls = watchStalls()

/** As performance.now(), but for the time in which the machine stood still: to tell how long something took by itself. */
export function awakeMs(): number {
  return performance.now() - stalls.totalMs()
}
