import { createReadStream } from 'node:fs'
import { FileRefused } from '../../domain/csv.ts'

/** @throws FileRefused when the disk does not give them */
export async function* fileBytes(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path)
  } catch (cause) {
    throw new FileRefused(reasonOf(cause), null, { cause })
  }
}

/** Why a path cannot be read, for people. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? 'unknown'
  return REASONS[code] ?? `it cannot be read (${code})`
}

const REASONS: Readonly<Partial<Record<string, string>>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
}
