import type { Placed } from './syntax.ts'

/**
 * What the domain may say of the two impure globals. `new Date(ms)` would be pure, but it is one forgotten argument
 * away from the clock, and dates of the domain are numbers.
 */
const ALLOWED = {
  Date: (member: string) => member === 'UTC',
  Math: (member: string) => member !== 'random',
  globalThis: () => false,
} as const satisfies Record<string, (member: string) => boolean>

/** Every use of the clock or of chance in a file, one line each. */
export function impurities(path: string, nodes: readonly Placed[]): string[] {
  return nodes.flatMap((placed) => {
    const name = placed.node['name']
    const isGlobal = placed.node.type === 'Identifier' && typeof name === 'string' && Object.hasOwn(ALLOWED, name)
    if (!isGlobal || isLabel(placed) || isAllowed(name as keyof typeof ALLOWED, placed)) return []
    return [`${path}: ${name} is used here, but time and chance are arguments in the domain`]
  })
}

/** `row.Date` and `{ Date: 1 }` speak of a field that happens to have the name. */
function isLabel({ parent, key }: Placed): boolean {
  return (key === 'property' || key === 'key') && parent?.['computed'] !== true
}

function isAllowed(name: keyof typeof ALLOWED, { parent, key }: Placed): boolean {
  if (parent?.type !== 'MemberExpression' || key !== 'object' || parent['computed'] === true) return false
  const property = parent['property'] as { readonly name?: unknown }
  return typeof property.name === 'string' && ALLOWED[name](property.name)
}
