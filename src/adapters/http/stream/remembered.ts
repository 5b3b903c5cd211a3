/** What is kept under a key; made when it is first asked for. */
export function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make()
  known.set(key, made)
  return made
}

/** The same under two keys, one within the other. */
export function rememberedIn<K, L, V>(known: Map<K, Map<L, V>>, [outer, inner]: readonly [K, L], make: () => V): V {
  return remembered(
    remembered(known, outer, () => new Map<L, V>()),
    inner,
    make,
  )
}
