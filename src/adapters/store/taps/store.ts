import type { Clock } from '../../../ports/clock.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import type { Opening } from '../opening.ts'
import { boundaries } from '../prices/calendar.ts'
import { check, rebuild } from './checking.ts'
import { counts } from './counts.ts'
import { countsByTag } from './counts-by-tag.ts'
import { extent } from './extent.ts'
import { folding } from './folding.ts'
import { months } from './months.ts'
import { recent, version } from './recent.ts'
import { importTaps, record } from './recording.ts'
import { addTag, changeTag, importTags, removeTag, tag, tags } from './tags.ts'

export interface SqlTapStore extends TapStore {
  /** Settles when nothing of it runs any more. What was recorded stays recorded. */
  close(): Promise<void>
}

/** Tags and taps in a PostgreSQL, whichever it is. */
export function sqlTapStore({ use }: Pick<Opening, 'use'>, clock: Clock): SqlTapStore {
  const known = months()
  const folder = folding(use, clock)
  return {
    tags: (teamId) => use((db) => tags(db, teamId)),
    tag: (uid) => use((db) => tag(db, uid)),
    addTag: (added) => use((db) => db.transaction((tx) => addTag(tx, added))),
    changeTag: (changed) => use((db) => db.transaction((tx) => changeTag(tx, changed))),
    removeTag: (teamId, uid) => use((db) => db.transaction((tx) => removeTag(tx, teamId, uid))),
    importTags: (given) => use((db) => db.transaction((tx) => importTags(tx, given))),
    record: (batches, nowMs) => use((db) => record(db, { batches, nowMs, months: known })).finally(folder.written),
    importTaps: (taps) => use((db) => importTaps(db, taps, known)).finally(folder.written),
    counts: (teamId, bounds) => use((db) => counts(db, teamId, bounds)),
    countsByTag: (teamId, asked, bounds) => use((db) => countsByTag(db, { teamId, tags: asked, bounds })),
    boundaries: (unit, zone, range) => use((db) => boundaries(db, { unit, zone, range })),
    version: (teamId) => use((db) => version(db, teamId)),
    recent: (teamId) => use((db) => recent(db, teamId)),
    extent: (teamId) => use((db) => extent(db, teamId)),
    check: () => use(check),
    rebuild: () => use(rebuild),
    close: folder.close,
  }
}
