import { testAccess } from '../../support/access.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { type MemoryAccessStore, memoryAccessStore } from '../../support/memory-access-store.ts'

/** Two instances of a service over one store, on one clock. */
export function twoInstances(store: MemoryAccessStore = memoryAccessStore()) {
  const clock = fakeClock()
  return { clock, store, here: testAccess(clock, { store }), there: testAccess(clock, { store }) }
}
