/** One thing for each key, made when it is first asked for. */
export interface ByKey<Thing> {
  of(key: string): Thing
  /** Null when there is none; none is made. */
  peek(key: string): Thing | null
  entries(): Iterable<readonly [key: string, thing: Thing]>
}

export interface ByKeyOptions<Thing> {
  readonly make: () => Thing
  /** Nothing is lost when it goes. */
  readonly isIdle: (thing: Thing) => boolean
  /** Beyond so many the one that was used least recently goes, idle or not. */
  readonly keysMax: number
}

/** How many idle ones go each time one is asked for: more than can come, so that they cannot pile up. */
const SWEPT = 2

export function byKey<Thing>({ make, isIdle, keysMax }: ByKeyOptions<Thing>): ByKey<Thing> {
  // In order of use, the least recent first.
  const things = new Map<string, Thing>()
  const sweep = () => {
    let looked = 0
    for (const [key, thing] of things) {
      if (looked === SWEPT) return
      looked += 1
      if (isIdle(thing) || things.size > keysMax) things.delete(key)
    }
  }
  return {
    of(key) {
      const thing = things.get(key) ?? make()
      things.delete(key)
      sweep()
      things.set(key, thing)
      if (things.size > keysMax) sweep()
      return thing
    },
    peek: (key) => things.get(key) ?? null,
    entries: () => things.entries(),
  }
}
