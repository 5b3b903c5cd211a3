import { backup } from './backup.ts'
import type { Command } from './command.ts'
import { config } from './config.ts'
import { importCoins } from './import-coins.ts'
import { importTaps } from './import-taps.ts'
import { createKey, listKeys, revokeKey, rotateKey } from './keys.ts'
import { migrate } from './migrate.ts'
import { openapi } from './openapi.ts'
import { replay } from './replay.ts'
import { restore } from './restore.ts'
import { createTeam, listTeams } from './teams.ts'

/** Everything that the command line can do, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  importCoins,
  importTaps,
  createTeam,
  listTeams,
  createKey,
  listKeys,
  revokeKey,
  rotateKey,
  migrate,
  backup,
  restore,
  replay,
  config,
  openapi,
]
