/** A file of a folder somebody chose. */
export interface TarFile { readonly path: string; readonly body: Blob; readonly modifiedMs: number }

const block = 512;
const utf8 = new TextEncoder();

/** An archive (POSIX.1-2001 pax) whose files stay on the disk until they are sent: a Blob of Blobs holds none of their bytes. */
export function tarOf(files: readonly TarFile[]): Blob {
  const parts: BlobPart[] = [];
  for (const file of files) {
    const size = file.body.size;
    const name = utf8.encode(file.path);
    const records = [...(name.length > 100 ? [record("path", file.path)] : []), ...(size > 0o77777777777 ? [record("size", String(size))] : [])].join("");
    if (records) {
      const body = utf8.encode(records);
      parts.push(header(utf8.encode("pax"), body.length, "x", file.modifiedMs), body, padding(body.length));
    }
    parts.push(header(name.slice(0, 100), Math.min(size, 0o77777777777), "0", file.modifiedMs), file.body, padding(size));
  }
  parts.push(new Uint8Array(2 * block));
  return new Blob(parts, { type: "application/x-tar" });
}

/** "LENGTH key=value\n", where the length counts itself, in bytes. */
export function record(key: string, value: string): string {
  const rest = utf8.encode(` ${key}=${value}\n`).length;
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function header(name: Uint8Array, size: number, type: string, modifiedMs: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(block);
  const text = (at: number, value: string): void => head.set(utf8.encode(value), at);
  const octal = (at: number, length: number, value: number): void => text(at, Math.max(0, Math.floor(value)).toString(8).padStart(length - 1, "0"));
  head.set(name, 0);
  octal(100, 8, 0o755);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, size);
  octal(136, 12, modifiedMs / 1000);
  text(148, "        ");
  text(156, type);
  text(257, "ustar\0" + "00");
  octal(148, 7, head.reduce((sum, byte) => sum + byte, 0));
  head[154] = 0;
  head[155] = 32;
  return head;
}

function padding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array((block - (size % block)) % block);
}
