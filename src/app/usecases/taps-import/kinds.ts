import { SCOPES } from '../../../domain/access/team.ts'
import { isTooEarly } from '../../../domain/taps/reading.ts'
import type { Tag, TapFate } from '../../../domain/taps/tap.ts'
import { type ImportedTap, readTagRow, readTapRow, TAG_COLUMNS, TAP_COLUMNS } from '../../../domain/taps/tap-csv.ts'
import type { AccessService } from '../../../ports/access.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import type { RowKind, TeamKey, Written } from './file-rows.ts'

/** Where tags and taps go. */
export interface TapImportStore {
  readonly taps: Pick<TapStore, 'importTags' | 'importTaps'>
  readonly access: Pick<AccessService, 'keys' | 'issueKey'>
}

const TAG_BATCH_ROWS = 1_000
const TAP_BATCH_ROWS = 10_000

/** Creates the teams that the rows name, and a key for each that never had one. */
export function tagRows(open: () => Promise<TapImportStore>): RowKind<(typeof TAG_COLUMNS)[number], Tag> {
  const seen = new Set<number>()
  return {
    columns: TAG_COLUMNS,
    read: readTagRow,
    batchRows: TAG_BATCH_ROWS,
    async write(tags) {
      const store = await open()
      const written = await writeTags(store.taps, tags)
      const issued: TeamKey[] = []
      // Also for teams of an import that was killed before it came to this.
      for (const teamId of new Set(tags.map((tag) => tag.teamId))) {
        if (!seen.has(teamId)) issued.push(...(await firstKey(store.access, teamId)))
        seen.add(teamId)
      }
      return { ...written, issued }
    },
  }
}

export function tapRows(
  open: () => Promise<TapImportStore>,
  nowMs: () => number,
): RowKind<(typeof TAP_COLUMNS)[number], ImportedTap> {
  return {
    columns: TAP_COLUMNS,
    read(columns, cells) {
      const tap = readTapRow(columns, cells)
      return 'flaw' in tap || !isTooEarly(tap, nowMs()) ? tap : { cell: null, flaw: 'is more than a day in the future' }
    },
    batchRows: TAP_BATCH_ROWS,
    async write(taps) {
      const fates = await (await open()).taps.importTaps(taps)
      const rejected = taps.flatMap((tap, index) => {
        const reason = REASONS[fates[index] ?? 'tag_not_found']
        return reason === null ? [] : [{ index, reason: reason(tap) }]
      })
      const inserted = fates.filter((fate) => fate === 'accepted').length
      return { inserted, unchanged: taps.length - inserted - rejected.length, rejected, issued: [] }
    },
  }
}

const REASONS: Readonly<Record<TapFate, ((tap: ImportedTap) => string) | null>> = {
  accepted: null,
  duplicate: null,
  id_reused: () => 'its id belongs to another tap, which stays as it is',
  tag_not_found: ({ tag }) => `there is no tag ${tag}`,
}

async function writeTags(store: TapImportStore['taps'], tags: readonly Tag[]): Promise<Omit<Written, 'issued'>> {
  let [inserted, unchanged] = [0, 0]
  const rejected: { index: number; reason: string }[] = []
  for (const run of runsOf(tags)) {
    const told = await store.importTags(run.map(({ tag }) => tag))
    inserted += told.inserted
    unchanged += told.unchanged
    const taken = new Set(told.taken)
    for (const { index, tag } of run) {
      if (taken.has(tag.uid)) rejected.push({ index, reason: `tag ${tag.uid} belongs to another team` })
    }
  }
  return { inserted, unchanged, rejected }
}

/** Parts in which no tag is said to be of two teams, so that what the store says of a uid is about one of them. Nearly always one. */
function* runsOf(tags: readonly Tag[]): Generator<readonly { readonly index: number; readonly tag: Tag }[]> {
  let run: { index: number; tag: Tag }[] = []
  let teams = new Map<string, number>()
  for (const [index, tag] of tags.entries()) {
    if ((teams.get(tag.uid) ?? tag.teamId) !== tag.teamId) {
      yield run
      run = []
      teams = new Map()
    }
    teams.set(tag.uid, tag.teamId)
    run.push({ index, tag })
  }
  yield run
}

async function firstKey(access: TapImportStore['access'], teamId: number): Promise<readonly TeamKey[]> {
  const team = String(teamId)
  if ((await access.keys(team)).length > 0) return []
  const { secret } = await access.issueKey(team, { name: 'import', scopes: SCOPES, expiresAtMs: null })
  return [{ teamId, secret }]
}
