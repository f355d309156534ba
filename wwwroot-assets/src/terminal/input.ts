/** What is typed, sent in order and in one piece per turn; while there is no connection it is dropped, since nobody wants old keys to arrive later. */
export class Input {
  #waiting = "";
  #queued = false;

  constructor(private readonly send: (text: string) => Promise<void> | undefined) {}

  add(text: string): void {
    this.#waiting += text;
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      const words = this.#waiting;
      this.#waiting = "";
      // A paste in pieces, below the hub's message limit (64 KiB of UTF-8); never through the middle of a character.
      for (let from = 0; from < words.length;) {
        let to = Math.min(words.length, from + piece);
        if (to < words.length && isHighSurrogate(words.charCodeAt(to - 1))) to--;
        void this.send(words.slice(from, to))?.catch(() => {});
        from = to;
      }
    });
  }
}

const piece = 16_384;
const isHighSurrogate = (code: number) => code >= 0xd800 && code < 0xdc00;

/** Bytes of a base64 chunk. */
export function decode(chunk: string): Uint8Array {
  const binary = atob(chunk);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
