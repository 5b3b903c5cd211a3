import type { Clock } from '../../../ports/clock.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import type { Db } from '../db.ts'
import type { Opening } from '../opening.ts'
import { check, rebuild } from './checking.ts'
import { counts } from './counts.ts'
import { countsByTag } from './counts-by-tag.ts'
import { extent } from './extent.ts'
import { folding } from './folding.ts'
import { months } from './months.ts'
import { recent, version } from './recent.ts'
import { importTaps, record } from './recording.ts'
import { addTag, changeTag, importTags, removeTag, tag, tags } from './tags.ts'
import { zones } from './zones.ts'

/** What a process that has died has left is moved when somebody asks something; looking for it costs little. */
const LOOK_EVERY_MS = 60_000

export interface SqlTapStore extends TapStore {
  /** Settles when nothing runs in the background. */
  settled(): Promise<void>
  /** Settles when nothing runs any more. What was recorded stays recorded. */
  close(): Promise<void>
}

/** Tags and taps in a PostgreSQL, whichever it is. */
export function sqlTapStore({ use }: Pick<Opening, 'use'>, clock: Clock): SqlTapStore {
  const known = months()
  const folder = folding(use, clock)
  let lookedMs = Number.NEGATIVE_INFINITY
  const write = <T>(run: (db: Db) => Promise<T>) => use((db) => run(db).finally(folder.wake))
  const read = <T>(run: (db: Db) => Promise<T>) =>
    use((db) => {
      if (clock.monotonicMs() - lookedMs >= LOOK_EVERY_MS) {
        lookedMs = clock.monotonicMs()
        folder.wake()
      }
      return run(db)
    })
  return {
    tags: (teamId) => use((db) => tags(db, teamId)),
    tag: (uid) => use((db) => tag(db, uid)),
    addTag: (added) => use((db) => db.transaction((tx) => addTag(tx, added))),
    changeTag: (changed) => use((db) => db.transaction((tx) => changeTag(tx, changed))),
    removeTag: (teamId, uid) => use((db) => db.transaction((tx) => removeTag(tx, teamId, uid))),
    importTags: (given) => use((db) => db.transaction((tx) => importTags(tx, given))),
    record: (batches, nowMs) => write((db) => record(db, { batches, nowMs, months: known })),
    importTaps: (taps) => write((db) => importTaps(db, taps, known)),
    counts: (teamId, bounds) => read((db) => counts(db, teamId, bounds)),
    countsByTag: (teamId, asked, bounds) => read((db) => countsByTag(db, { teamId, tags: asked, bounds })),
    boundaries: zones(use),
    version: (teamId) => read((db) => version(db, teamId)),
    recent: (teamId) => read((db) => recent(db, teamId)),
    extent: (teamId) => read((db) => extent(db, teamId)),
    check: () => use(check),
    rebuild: () => use(rebuild),
    settled: folder.settled,
    close: folder.close,
  }
}
