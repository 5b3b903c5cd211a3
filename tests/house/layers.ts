import { matchesGlob } from 'node:path'
import { type Import, importsOf, nodesOf } from './syntax.ts'

/** Who may import whom: the first layer whose pattern fits a file says what it may import. */
export interface Layer {
  readonly files: string
  /** Patterns over targets (syntax.ts); `{own}` is the file's own folder three levels down, as in src/adapters/cache. */
  readonly may: readonly string[]
  readonly typesOnly?: true
  readonly reason: string
}

const OUTSIDE = ['npm/**', 'node/**']

export const LAYERS: readonly Layer[] = [
  {
    files: 'src/domain/errors.ts',
    may: [],
    reason: 'Everything imports the error codes, so whatever they import is imported everywhere, in a circle.',
  },
  {
    files: 'src/domain/calendar.ts',
    may: [],
    reason: 'Every capability reads dates in the same way, so this one knows none of them.',
  },
  {
    files: 'src/domain/csv.ts',
    may: [],
    reason: 'Files of every capability are read in the same way, so this one knows none of them.',
  },
  {
    files: 'src/domain/*/**',
    may: ['{own}/**', 'src/domain/errors.ts', 'src/domain/calendar.ts', 'src/domain/csv.ts'],
    reason: 'A capability is read, tested and changed by itself, as functions over plain values.',
  },
  {
    files: 'src/domain/*.ts',
    may: ['src/domain/**'],
    reason: 'The domain is functions over plain values: nothing outside it can change what it says.',
  },
  {
    files: 'src/ports/*.ts',
    may: ['src/ports/*.ts', 'src/domain/**'],
    typesOnly: true,
    reason: 'A port is a promise in our own words: it names types and runs nothing.',
  },
  {
    files: 'src/app/usecases/**',
    may: ['src/app/usecases/**', 'src/ports/*.ts', 'src/domain/**'],
    reason: 'A use case reaches the outside through ports only, so any adapter can stand behind it.',
  },
  {
    files: 'src/app/config*.ts',
    may: ['src/app/config*.ts', 'npm/zod'],
    reason: 'The configuration is read before anything else exists.',
  },
  {
    files: 'src/app/compose*.ts',
    may: [
      'src/app/compose*.ts',
      'src/app/config*.ts',
      'src/app/usecases/**',
      'src/app/runtime/**',
      'src/adapters/*/**',
      'src/ports/*.ts',
      'src/domain/**',
      ...OUTSIDE,
    ],
    reason: 'The composition is used by the entry points and by tests; it cannot need either.',
  },
  {
    files: 'src/app/runtime/**',
    may: ['src/app/runtime/**', 'src/ports/*.ts', 'src/domain/**', ...OUTSIDE],
    reason: 'A runtime file says how one runtime listens, whatever is behind it.',
  },
  {
    files: 'src/app/cli/**',
    may: ['src/app/cli/**', 'src/app/*.ts', 'node/**'],
    reason: 'A command says what people type and read; the work is behind what a compose file has put together.',
  },
  {
    files: 'src/app/*.ts',
    may: ['src/app/*.ts', 'src/app/cli/**', 'src/app/runtime/**', 'node/**'],
    reason: 'An entry point starts what compose.ts has put together; only that file knows which adapters there are.',
  },
  {
    files: 'src/adapters/*/**',
    may: ['{own}/**', 'src/adapters/redis/**', 'src/ports/*.ts', 'src/domain/**', ...OUTSIDE],
    reason:
      'An adapter can be replaced or removed alone; only the way to Redis is shared by all that keep something there.',
  },
  {
    files: 'clients/**',
    may: ['clients/**'],
    reason: 'A client is taken into other projects as it is, on whatever runtime: it brings nothing and needs nothing.',
  },
  {
    files: 'web/**',
    may: ['web/**', 'clients/**', 'npm/preact', 'npm/preact/**', 'npm/@preact/signals'],
    reason: 'The page knows the service as any client does: by what is on the wire.',
  },
  {
    files: 'simulator/demo.ts',
    may: ['simulator/**', 'src/app/*.ts', 'src/app/runtime/**', ...OUTSIDE],
    reason: 'The demo starts the service as any operator would, with the simulator as its sources.',
  },
  {
    files: 'simulator/**',
    may: ['simulator/**', ...OUTSIDE],
    reason: 'The simulator shares no code with what it tests, or both would be wrong together.',
  },
]

/**
 * The layer rules that a file breaks, each with its reason.
 * @param path from the root of the checkout
 * @param packages names that src may import: package.json's `dependencies`
 */
export function layerProblems(path: string, text: string, packages: ReadonlySet<string>): string[] {
  const layer = LAYERS.find(({ files }) => matchesGlob(path, files))
  if (layer === undefined) return [`${path} belongs to no layer: say in tests/house/layers.ts what it may import.`]
  const own = path.split('/').slice(0, 3).join('/')
  const may = layer.may.map((pattern) => pattern.replace('{own}', own))
  return importsOf(path, nodesOf(path, text)).flatMap((found) => {
    const problem = importProblem(found, may, layer) ?? packageProblem(path, found, packages)
    return problem === null ? [] : [`${path} imports ${found.target}: ${problem}`]
  })
}

function importProblem({ target, typeOnly }: Import, may: readonly string[], layer: Layer): string | null {
  if (target === 'unknown') return 'an import must name its file as plain text, or no rule can be checked.'
  if (!may.some((pattern) => matchesGlob(target, pattern))) {
    return `${layer.files} may import ${may.join(', ') || 'nothing'}. ${layer.reason}`
  }
  return layer.typesOnly && !typeOnly ? `${layer.files} may import types only. ${layer.reason}` : null
}

function packageProblem(path: string, { target }: Import, packages: ReadonlySet<string>): string | null {
  const isForeign = path.startsWith('src/') && target.startsWith('npm/') && !packages.has(target.slice('npm/'.length))
  return isForeign ? 'not among the dependencies of package.json, so it is absent where the service runs.' : null
}
