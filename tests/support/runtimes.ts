import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { readText } from './checkout.ts'

export type RuntimeName = 'deno' | 'bun'

/** Path of a runtime's binary: what DENO_BIN or BUN_BIN says, or else the first on PATH; null when there is none. */
export function findRuntime(name: RuntimeName): string | null {
  return process.env[`${name.toUpperCase()}_BIN`] || findOnPath(name)
}

/** Path of a browser that playwright-core can drive; null when there is none. */
export function findChromium(): string | null {
  return process.env['CHROMIUM_BIN'] || (findOnPath('chromium') ?? findOnPath('chromium-browser'))
}

function findOnPath(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const file = process.platform === 'win32' ? `${name}.exe` : name
  return folders.map((folder) => join(folder, file)).find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The command of `npm run start:<name>`, with another binary in place of the runtime's name. */
export function startCommand(name: RuntimeName, binary: string): string[] {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
  const [, ...rest] = (scripts[`start:${name}`] ?? '').split(' ')
  return ['sh', '-c', `exec ${binary} ${rest.join(' ')}`]
}
