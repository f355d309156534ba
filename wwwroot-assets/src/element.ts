/** What an element shows and does while it is in the page. */
export interface View {
  /** An attribute changed; false: make the view anew. */
  attribute?(name: string): boolean;
  dispose(): void;
}

const connected = new Set<ViewElement>();

/** An element whose life is short and whose view may live in another chunk. Razor renders it empty and never looks inside. */
export abstract class ViewElement extends HTMLElement {
  #view: View | undefined;
  #generation = 0;
  #queued = false;

  /** The view; or, where its code must come first, what makes it then. */
  protected abstract make(): View | Promise<() => View>;

  connectedCallback(): void {
    connected.add(this);
    this.#remake();
  }

  disconnectedCallback(): void {
    connected.delete(this);
    this.#drop();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after || !connected.has(this)) return;
    if (this.#view && this.#view.attribute?.(name) === true) return;
    this.#remake();
  }

  /** Enhanced navigation keeps the element but may throw out what it did not render: begin again. */
  restore(): void {
    if (this.#view && !this.firstChild) this.#remake();
  }

  /** Several attributes set in one go make one view. */
  #remake(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#drop();
      if (!this.isConnected) return;
      const generation = this.#generation;
      const made = this.make();
      if (!(made instanceof Promise)) { this.#view = made; return; }
      // Asked for again meanwhile, only the last makes one: they may come in any order, and what one puts into the element would be in the other's way.
      void made.then(view => { if (generation === this.#generation && this.isConnected) this.#view = view(); });
    });
  }

  #drop(): void {
    this.#generation++;
    this.#view?.dispose();
    this.#view = undefined;
    this.replaceChildren();
  }
}

export function restoreAll(): void {
  for (const element of connected) element.restore();
}

/** A small builder, since no text ever becomes HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Readonly<Record<string, string | boolean>> = {}, ...children: (Node | string)[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
