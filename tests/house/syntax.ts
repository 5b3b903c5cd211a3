import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { parseSync } from 'vite'

/** A node of the syntax tree, and how its parent holds it. */
export interface Placed {
  readonly node: Node
  readonly parent: Node | null
  readonly key: string
}
export interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

/** One thing that a file imports, by whatever form of words. */
export interface Import {
  /** `src/domain/errors.ts`, `node/fs`, `npm/zod`, or `unknown` when only running the program would tell. */
  readonly target: string
  readonly typeOnly: boolean
}

/** Every node of a TypeScript file. @throws Error when the text is not TypeScript. */
export function nodesOf(path: string, text: string): Placed[] {
  const { program, errors, comments } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const found: Placed[] = []
  // A `/// <reference>` brings in types as an import does, but the parser sees a comment.
  const references = comments.filter((comment) => comment.value.startsWith('/ <reference'))
  collect([program, ...references], { parent: null, key: '' }, found)
  return found
}

/** Static and dynamic imports, re-exports, type imports, require calls and reference comments. */
export function importsOf(path: string, nodes: readonly Placed[]): Import[] {
  return nodes.flatMap(({ node }) => {
    const source = sourceOf(node)
    return source === null ? [] : [{ target: targetOf(path, source), typeOnly: isTypeOnly(node) }]
  })
}

function collect(value: unknown, place: Omit<Placed, 'node'>, found: Placed[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, place, found)
  } else if (isNode(value)) {
    found.push({ node: value, ...place })
    for (const [key, child] of Object.entries(value)) collect(child, { parent: value, key }, found)
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** What a node imports: an expression, a reference comment's text, or null when it imports nothing. */
function sourceOf(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node['source'] ?? null
    case 'TSExternalModuleReference':
      return node['expression']
    case 'CallExpression':
      return isRequire(node['callee']) ? argumentOf(node) : null
    case 'Line':
      return node
    default:
      return null
  }
}

function isRequire(callee: unknown): boolean {
  if (!isNode(callee)) return false
  if (callee.type === 'MemberExpression') return isNamed(callee['property'], 'getBuiltinModule')
  return isNamed(callee, 'require')
}

function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && value['name'] === name
}

function argumentOf(call: Node): unknown {
  return Array.isArray(call['arguments']) ? call['arguments'][0] : undefined
}

function targetOf(path: string, source: unknown): string {
  const specifier = isNode(source) && source.type === 'Literal' ? source['value'] : undefined
  if (typeof specifier !== 'string') return 'unknown'
  if (/^\.{1,2}\//.test(specifier)) return posix.join(posix.dirname(path), specifier)
  if (isBuiltin(specifier)) return `node/${specifier.replace(/^node:/, '')}`
  return `npm/${specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')}`
}

function isTypeOnly(node: Node): boolean {
  return node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type'
}
