import { describe, expect, test } from 'vitest'
import { filesLike, readText } from '../support/checkout.ts'
import { LAYERS, layerProblems } from './layers.ts'
import { packageJson } from './package.ts'

const packages = new Set(Object.keys(packageJson().dependencies))
const planted = (path: string, text: string) => layerProblems(path, text, packages)

/** Per layer, at least one file that breaks it. */
const VIOLATIONS: readonly (readonly [layer: string, path: string, text: string])[] = [
  ['src/domain/errors.ts', 'src/domain/errors.ts', "import type { TokenId } from './tokens/identity.ts'"],
  ['src/domain/calendar.ts', 'src/domain/calendar.ts', "import { candle } from './prices/candle.ts'"],
  ['src/domain/csv.ts', 'src/domain/csv.ts', "import type { Tap } from './taps/tap.ts'"],
  ['src/domain/*/**', 'src/domain/tokens/rank.ts', "import { z } from 'zod'"],
  ['src/domain/*/**', 'src/domain/tokens/rank.ts', "import { hash } from 'node:crypto'"],
  ['src/domain/*/**', 'src/domain/tokens/rank.ts', "import { hash } from 'crypto'"],
  ['src/domain/*/**', 'src/domain/tokens/rank.ts', "import type { Clock } from '../../ports/clock.ts'"],
  ['src/domain/*/**', 'src/domain/tokens/rank.ts', "import { candle } from '../prices/candle.ts'"],
  ['src/domain/*/**', 'src/domain/access/key.ts', "import { rank } from '../tokens/rank.ts'"],
  ['src/domain/*.ts', 'src/domain/attention.ts', "import type { Cache } from '../ports/cache.ts'"],
  ['src/ports/*.ts', 'src/ports/cache.ts', "import { ServiceError } from '../domain/errors.ts'"],
  ['src/ports/*.ts', 'src/ports/cache.ts', "export { ServiceError } from '../domain/errors.ts'"],
  ['src/ports/*.ts', 'src/ports/cache.ts', "import type { Readable } from 'node:stream'"],
  ['src/app/usecases/**', 'src/app/usecases/tokens.ts', "import { memoryCache } from '../../adapters/cache/memory.ts'"],
  ['src/app/usecases/**', 'src/app/usecases/tokens.ts', "import type { Config } from '../config.ts'"],
  ['src/app/usecases/**', 'src/app/usecases/tokens.ts', "import pLimit from 'cockatiel'"],
  ['src/app/config*.ts', 'src/app/config.ts', "import { readFileSync } from 'node:fs'"],
  ['src/app/compose*.ts', 'src/app/compose.ts', "import { main } from './main.ts'"],
  ['src/app/compose*.ts', 'src/app/compose.ts', "import { fakeClock } from '../../tests/support/fake-clock.ts'"],
  ['src/app/runtime/**', 'src/app/runtime/node.ts', "import { httpApp } from '../../adapters/http/app.ts'"],
  ['src/app/cli/**', 'src/app/cli/config.ts', "import { importFiles } from '../../adapters/files/import-files.ts'"],
  ['src/app/cli/**', 'src/app/cli/config.ts', "import { importCoins } from '../usecases/prices/importing.ts'"],
  ['src/app/*.ts', 'src/app/main.ts', "import { httpApp } from '../adapters/http/app.ts'"],
  ['src/app/*.ts', 'src/app/cli.ts', "import { httpApp } from '../adapters/http/app.ts'"],
  ['src/app/*.ts', 'src/app/main.ts', "import { startSimulator } from '../../simulator/main.ts'"],
  ['src/adapters/*/**', 'src/adapters/cache/redis.ts', "import { readConfig } from '../../app/config.ts'"],
  ['src/adapters/*/**', 'src/adapters/cache/redis.ts', "import { pinoLog } from '../log/pino.ts'"],
  [
    'src/adapters/*/**',
    'src/adapters/cache/redis.ts',
    "import { start } from '../../../tests/support/redis-server.ts'",
  ],
  ['src/adapters/*/**', 'src/adapters/cache/redis.ts', "import express from 'express'"],
  ['clients/**', 'clients/stream.ts', "import type { TokenRow } from '../src/domain/tokens/row.ts'"],
  ['clients/**', 'clients/stream.ts', "import WebSocket from 'ws'"],
  ['web/**', 'web/board/desk.ts', "import { NETWORKS } from '../../src/domain/tokens/identity.ts'"],
  ['web/**', 'web/parts/page.tsx', "import { toyToken } from '../../tests/support/toy-stream.ts'"],
  ['web/**', 'web/main.tsx', "import { z } from 'zod'"],
  ['simulator/demo.ts', 'simulator/demo.ts', "import { merge } from '../src/domain/tokens/merge.ts'"],
  ['simulator/**', 'simulator/main.ts', "import { readConfig } from '../src/app/config.ts'"],
  ['simulator/**', 'simulator/market/walk.ts', "import type { Pool } from '../../src/domain/tokens/observation.ts'"],
]

/** Every way to write an import, here of a package where none may be. */
const FORMS = [
  "import { z } from 'zod'",
  "import 'zod'",
  "import type { z } from 'zod'",
  "import { type z } from 'zod'",
  "export * from 'zod'",
  "export { z } from 'zod'",
  "export type { z } from 'zod'",
  "const zod = await import('zod')",
  "type Z = import('zod').ZodType",
  "const zod = require('zod')",
  "import zod = require('zod')",
  "const fs = process.getBuiltinModule('node:fs')",
  '/// <reference types="node" />',
  'const name = String(1); const anything = await import(name)',
  'const zod = await import(`zod`)',
]

describe('layers', () => {
  test('hold in every file of src and simulator', () => {
    const files = filesLike('{src,simulator,clients,web}/**/*.{ts,mts,cts,tsx,js,mjs}')
    expect(files).toContain('web/main.tsx')
    expect(files).toContain('src/ports/service.ts')
    expect(files.flatMap((path) => planted(path, readText(path)))).toEqual([])
  })

  test.each(VIOLATIONS)('%s refuses in %s: %s', (pattern, path, text) => {
    const layer = LAYERS.find(({ files }) => files === pattern)
    expect(planted(path, text)).toEqual([expect.stringMatching(`^${path} imports .*: .`)])
    // A package that package.json lacks is refused for that; everything else for the layer's own reason.
    expect(planted(path, text)[0]).toContain(
      text.includes('express') ? 'dependencies' : (layer?.reason ?? 'no such layer'),
    )
  })

  test('have each a planted violation', () => {
    const proven = new Set(VIOLATIONS.map(([layer]) => layer))
    expect(LAYERS.map(({ files }) => files).filter((files) => !proven.has(files))).toEqual([])
  })

  test.each(FORMS)('see an import written as %s', (text) => {
    expect(planted('src/domain/tokens/rank.ts', text)).toHaveLength(1)
  })

  test('are asked of every file', () => {
    expect(planted('src/adapters/loose.ts', '')).toEqual([expect.stringContaining('belongs to no layer')])
    expect(planted('src/helpers/text.ts', '')).toEqual([expect.stringContaining('belongs to no layer')])
  })

  test('allow what the rules allow', () => {
    const allowed = [
      ['src/domain/tokens/rank.ts', "import { ServiceError } from '../errors.ts'; import { id } from './identity.ts'"],
      ['src/ports/cache.ts', "import type { TokenId } from '../domain/tokens/identity.ts'"],
      ['src/adapters/cache/redis.ts', "import { createClient } from 'redis'; import 'node:net'; import './keys.ts'"],
      ['src/adapters/cache/redis.ts', "import { redisConnection } from '../redis/connection.ts'"],
      ['src/adapters/http/routes/tokens.ts', "import { z } from '@hono/zod-openapi'; import '../problem.ts'"],
      ['src/app/compose.ts', "import { memoryCache } from '../adapters/cache/memory.ts'"],
      ['src/app/main.ts', "import { compose } from './compose.ts'; const deno = await import('./runtime/deno.ts')"],
      ['clients/stream.ts', "import { Link } from './connection.ts'"],
      ['web/parts/page.tsx', "import { signal } from '@preact/signals'; import { useRef } from 'preact/hooks'"],
      ['web/board/desk.ts', "import { openStream } from '../../clients/stream.ts'; import './view.ts'"],
      ['simulator/demo.ts', "import { main } from '../src/app/main.ts'"],
    ] as const
    expect(allowed.flatMap(([path, text]) => planted(path, text))).toEqual([])
  })
})
