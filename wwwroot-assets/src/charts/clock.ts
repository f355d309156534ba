const two = (value: number) => value.toString().padStart(2, "0");
const language = () => document.documentElement.lang || "en";

/** "14:02:31", with the day where it is not today. */
export function moment(seconds: number, today = new Date()): string {
  const time = new Date(seconds * 1000);
  const words = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return time.toDateString() === today.toDateString() ? words : `${day(time)} ${words}`;
}

const day = (time: Date) => time.toLocaleDateString(language(), { day: "numeric", month: "short" });

/** Words under an axis of time whose marks are so many seconds apart. A day that begins is named in place of 00:00, and the first mark of a span of days too. */
export function ticks(splits: readonly number[], apart: number): string[] {
  return splits.map(seconds => {
    const time = new Date(seconds * 1000);
    if (apart >= 86_400 || (time.getHours() === 0 && time.getMinutes() === 0 && time.getSeconds() === 0)) return day(time);
    const minute = `${two(time.getHours())}:${two(time.getMinutes())}`;
    return apart >= 60 ? minute : `${minute}:${two(time.getSeconds())}`;
  });
}

/** "14:02 – 15:02", "19 Nov 14:02 – 22 Nov 02:00". */
export function spanOf(from: number, to: number, today = new Date()): string {
  const [a, b] = [new Date(from * 1000), new Date(to * 1000)];
  const fine = to - from < 600;
  const time = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}${fine ? `:${two(at.getSeconds())}` : ""}`;
  const named = a.toDateString() !== today.toDateString() || a.toDateString() !== b.toDateString();
  return `${named ? `${day(a)} ` : ""}${time(a)} – ${a.toDateString() !== b.toDateString() ? `${day(b)} ` : ""}${time(b)}`;
}
