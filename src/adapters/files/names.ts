import { basename } from 'node:path'
import { visible } from '../../domain/csv.ts'

const SHOWN_MAX = 200

/** As it is shown. */
export function nameOf(path: string): string {
  return visible(path, SHOWN_MAX)
}

/** Some systems put a hidden companion beside each file. */
export function isHidden(path: string): boolean {
  return basename(path).startsWith('.')
}

export function isCsv(path: string): boolean {
  return path.toLowerCase().endsWith('.csv')
}

export function isZip(path: string): boolean {
  return path.toLowerCase().endsWith('.zip')
}
