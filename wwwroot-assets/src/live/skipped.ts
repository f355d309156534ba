/** Lines of logs that came faster than this page took them, since it was opened; where they are missing a row says so too. */
let lines = 0;

export function skipped(count: number): void { lines += count; }

export function skippedLines(): number { return lines; }
