import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The checkout that these tests stand in, with a slash at the end. */
export const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url))

/** Files below the checkout by pattern, as paths from its root with forward slashes. */
export function filesLike(...patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: CHECKOUT }).map((path) => path.replaceAll('\\', '/'))
}

/** The files of the checkout that git has and nobody has deleted since; null where it is not a git checkout (an unpacked archive). */
export function committedFiles(): string[] | null {
  try {
    const list = execFileSync('git', ['ls-files', '-z'], { cwd: CHECKOUT, encoding: 'utf8', stdio: 'pipe' })
    return list.split('\0').filter((path) => path !== '' && existsSync(CHECKOUT + path))
  } catch {
    return null
  }
}

/** Text of a file by its path from the root of the checkout. */
export function readText(path: string): string {
  return readFileSync(CHECKOUT + path, 'utf8')
}
