import type { AccessService } from '../compose-cli-access.ts'
import { readConfig } from '../config.ts'
import type { Surroundings } from './command.ts'

const WHILE_IT_RUNS =
  'While the service runs, its routes under /v1/admin do the same, for whoever has its ADMIN_TOKEN: see docs/access.md.\n'

export const STORAGE = `The storage is that of the service: DATABASE_URL, or the folder DATA_DIR, which only one process can use at a time.
${WHILE_IT_RUNS}`

/** Works on teams and keys. When a service has the folder, it says what to do instead. */
export async function onAccess<T>(
  { env, tell }: Surroundings,
  work: (access: AccessService) => Promise<T>,
): Promise<T> {
  const config = readConfig(env())
  const { withAccess } = await import('../compose-cli-access.ts')
  try {
    return await withAccess(config, work)
  } catch (error) {
    // By its name: its module would bring all of the storage to every command.
    if (error instanceof Error && error.name === 'FolderInUse') tell(WHILE_IT_RUNS)
    throw error
  }
}

/** Unix milliseconds, as people read them. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** Columns of equal width. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
