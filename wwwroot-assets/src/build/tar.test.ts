import { expect, test } from "vitest";
import { record, tarOf } from "./tar";

interface Entry { name: string; type: string; size: number; mode: string; body: string }

/** Reads it as tar(5) says, checksums too. */
async function read(tar: Blob): Promise<Entry[]> {
  const bytes = new Uint8Array(await tar.arrayBuffer());
  const text = (from: number, length: number): string => new TextDecoder().decode(bytes.slice(from, from + length)).replace(/\0.*$/s, "");
  const entries: Entry[] = [];
  let at = 0;
  for (; bytes[at] !== 0; ) {
    const head = bytes.slice(at, at + 512);
    const sum = head.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
    expect(parseInt(text(at + 148, 8), 8)).toBe(sum);
    expect(text(at + 257, 5)).toBe("ustar");
    const size = parseInt(text(at + 124, 12), 8);
    entries.push({ name: text(at, 100), type: text(at + 156, 1), size, mode: text(at + 100, 8), body: text(at + 512, size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  expect(bytes.length).toBe(at + 1024);
  return entries;
}

test("files follow each other in whole blocks, long names in a pax record before them", async () => {
  const long = `${"d".repeat(60)}/${"é".repeat(60)}/file`;
  const body = (text: string): Blob => new Blob([text]);
  const entries = await read(tarOf([
    { path: "Dockerfile", body: body("FROM scratch\n"), modifiedMs: 1_700_000_000_000 },
    { path: long, body: body("x".repeat(513)), modifiedMs: 0 },
    { path: "empty", body: body(""), modifiedMs: 0 },
  ]));
  expect(entries.map(entry => [entry.type, entry.size])).toEqual([["0", 13], ["x", record("path", long).length + 60], ["0", 513], ["0", 0]]);
  expect(entries[0]).toMatchObject({ name: "Dockerfile", mode: "0000755", body: "FROM scratch\n" });
  expect(entries[1]!.body).toBe(record("path", long));
});

test("a record's length counts its own digits", () => {
  expect(record("path", "a")).toBe("9 path=a\n");
  for (const length of [1, 88, 89, 90, 91, 92, 985, 986, 987, 990, 995]) {
    const made = record("path", "x".repeat(length));
    expect(Number(made.split(" ")[0])).toBe(made.length);
  }
});
