import { expect, test } from "vitest";
import { parse, strip } from "./ansi";

const E = "\x1b";

test("plain text is one run without a style", () => {
  expect(parse("hello")).toEqual([{ text: "hello" }]);
  expect(parse("")).toEqual([]);
});

test("the sixteen colours, bright ones, and back", () => {
  expect(parse(`a${E}[31mb${E}[0mc${E}[92;44md`)).toEqual([
    { text: "a" }, { text: "b", style: { fg: 1 } }, { text: "c" }, { text: "d", style: { fg: 10, bg: 4 } },
  ]);
  expect(parse(`${E}[31mx${E}[39my${E}[mz`).map(r => r.style)).toEqual([{ fg: 1 }, undefined]);
});

test.each([
  ["38;5;9", 9], ["38;5;196", "rgb(255,0,0)"], ["38;5;232", "rgb(8,8,8)"], ["38;2;1;2;3", "rgb(1,2,3)"], ["38:2::1:2:3", "rgb(1,2,3)"], ["38:5:21", "rgb(0,0,255)"],
])("colour %s", (code, fg) => expect(parse(`${E}[${code}mx`)).toEqual([{ text: "x", style: { fg } }]));

test("what follows a colour's parameters is not eaten", () => {
  expect(parse(`${E}[38;2;1;2;3;1mx`)[0]!.style).toEqual({ fg: "rgb(1,2,3)", bold: true });
  expect(parse(`${E}[38;5;300mx`)).toEqual([{ text: "x" }]);
});

test("weights go on and off", () => {
  expect(parse(`${E}[1;2;3;4;7;9mx${E}[22;23;24;27;29my`)).toEqual([
    { text: "x", style: { bold: true, dim: true, italic: true, underline: true, inverse: true, strike: true } }, { text: "y" },
  ]);
  expect(parse(`${E}[4:3mx${E}[4:0my`).map(r => r.style)).toEqual([{ underline: true }, undefined]);
});

test("other escapes and control characters vanish", () => {
  expect(strip(`a${E}[2Jb${E}[?25lc${E}]0;title\x07d${E}(Be${E}Pq1;2${E}\\f\x00\x08g${E}[10;20Hh`)).toBe("abcdefgh");
  expect(strip(`tab\tstays`)).toBe("tab\tstays");
  expect(strip(`cut off${E}[3`)).toBe("cut off");
  expect(strip(`cut off${E}]8;;http://x`)).toBe("cut off");
});

test("links only to the web", () => {
  expect(parse(`${E}]8;;https://a.example/x${E}\\there${E}]8;;${E}\\!`)).toEqual([{ text: "there", href: "https://a.example/x" }, { text: "!" }]);
  expect(parse(`${E}]8;;javascript:alert(1)\x07x`)).toEqual([{ text: "x" }]);
  expect(parse(`${E}]8;;file:///etc/passwd\x07x`)).toEqual([{ text: "x" }]);
});

test("a carriage return writes over the line and keeps its colours", () => {
  expect(strip("10%\r20%\r30%")).toBe("30%");
  expect(strip("windows\r")).toBe("windows");
  expect(parse(`${E}[32m10%\r20%`)).toEqual([{ text: "20%", style: { fg: 2 } }]);
});

test("parse and strip tell the same text", () => {
  const odd = `x${E}[1my\r${E}[31mz${E}]8;;http://a\x07w${E}[0m\x7f${E}`;
  expect(parse(odd).map(r => r.text).join("")).toBe(strip(odd));
});
