/** Words for times and spans, in the language of the page. */
const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1],
];

const language = () => document.documentElement.lang || "en";

/** "5 minutes ago"; under five seconds the word given. */
export function ago(milliseconds: number, justNow: string): string {
  const seconds = milliseconds / 1000;
  if (Math.abs(seconds) < 5) return justNow;
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? steps.at(-1)!;
  return new Intl.RelativeTimeFormat(language(), { numeric: "always" }).format(-Math.trunc(seconds / size), unit);
}

/** "3 h 12 min": the two largest parts. */
export function span(milliseconds: number): string {
  let rest = Math.max(0, Math.trunc(milliseconds / 1000));
  const parts: string[] = [];
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]] as const) {
    const amount = Math.trunc(rest / size);
    rest -= amount * size;
    if (amount || (unit === "second" && !parts.length))
      parts.push(new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "short" }).format(amount));
    else if (parts.length) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/** Date and time to the second, in the viewer's zone. */
export function exact(time: Date): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "long" }).format(time);
}
