/** A new element with classes and children; texts stay texts. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** The same for a part of a drawing. */
export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/** A text that is written only when it differs: most of a row stays as it is. */
export class TextSlot {
  readonly node = document.createTextNode('')
  #text = ''

  /** @returns whether it was another */
  set(text: string): boolean {
    if (text === this.#text) return false
    this.#text = text
    this.node.data = text
    return true
  }
}

/** One class of a few, or none, on an element. */
export class ClassSlot {
  readonly #element: Element
  #name = ''

  constructor(element: Element) {
    this.#element = element
  }

  set(name: string): void {
    if (name === this.#name) return
    if (this.#name !== '') this.#element.classList.remove(this.#name)
    if (name !== '') this.#element.classList.add(name)
    this.#name = name
  }
}

type Mover = Element & { moveBefore?: (node: Node, before: Node | null) => void }

/** Places a node before another, keeping what is focused in it focused where the browser can. */
export function placeBefore(parent: Element, node: Node, before: Node | null): void {
  const { moveBefore } = parent as Mover
  if (moveBefore !== undefined && node.parentNode === parent) moveBefore.call(parent, node, before)
  else parent.insertBefore(node, before)
}
