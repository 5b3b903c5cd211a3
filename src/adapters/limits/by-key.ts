import { LRUCache } from 'lru-cache'

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

/** How many idle ones go each time one is made: more than come, so that they cannot pile up. */
const SWEPT = 2

export function byKey<Thing extends object>({ make, isIdle, keysMax }: ByKeyOptions<Thing>): ByKey<Thing> {
  const things = new LRUCache<string, Thing>({ max: keysMax })
  const sweep = () => {
    let left = SWEPT
    // The least recently used first.
    for (const key of things.rkeys()) {
      const thing = things.peek(key)
      if (left === 0 || thing === undefined || !isIdle(thing)) return
      things.delete(key)
      left -= 1
    }
  }
  return {
    of(key) {
      const known = things.get(key)
      if (known !== undefined) return known
      sweep()
      const thing = make()
      things.set(key, thing)
      return thing
    },
    peek: (key) => things.peek(key) ?? null,
    entries: () => things.entries() as Iterable<[string, Thing]>,
  }
}
