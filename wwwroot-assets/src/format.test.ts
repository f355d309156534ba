import { expect, test } from "vitest";
import { bytes, cores, count, percent, rate } from "./format";

test.each([
  [0, "0 B"], [1023, "1023 B"], [1024, "1.0 KiB"], [1536, "1.5 KiB"], [1024 ** 2 - 1, "1.0 MiB"], [3 * 1024 ** 3, "3.0 GiB"], [null, "–"], [NaN, "–"],
])("bytes %s", (value, words) => expect(bytes(value)).toBe(words));

test("rate", () => expect(rate(2048)).toBe("2.0 KiB/s"));
test.each([[0.5, "0.50"], [9.999, "10.0"], [31.96, "32.0"], [undefined, "–"]])("cores %s", (value, words) => expect(cores(value)).toBe(words));
test.each([[0, "0.0 %"], [0.0994, "9.9 %"], [0.0996, "10 %"], [1, "100 %"]])("percent %s", (value, words) => expect(percent(value)).toBe(words));
test("count", () => expect(count(3.2)).toBe("3"));
