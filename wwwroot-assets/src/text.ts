/** Every word these elements show. A page in another language puts its own in <script type="application/json" id="brig-text">{"live": "…"}</script>. */
const english = {
  live: "live", connecting: "connecting", reconnecting: "reconnecting", offline: "offline",
  frameAge: "newest numbers were {0} ms old on arrival, {1} ms of it in the server",
  backToLive: "Back to live", limit: "limit", noData: "no numbers yet", time: "time", justNow: "just now",
  find: "Find", findRegex: "Regular expression", findNext: "Next match (n)", findPrevious: "Previous match (N)", noMatch: "no match", badRegex: "not a regular expression",
  contains: "Only lines with …", level: "Level", anyLevel: "Any level", atLeastInfo: "Info and above", atLeastWarn: "Warnings and errors", atLeastError: "Errors",
  stdout: "stdout", stderr: "stderr", timeOff: "No times", timeRelative: "Times ago", timeExact: "Times", wrap: "Wrap", clear: "Clear", download: "Download",
  newLines: "{0} new lines ↓", toNewest: "Newest lines ↓", skippedLines: "{0} lines skipped: they came faster than this page shows them; the download has them",
  noLines: "No output yet.", noLinesMatch: "No line passes the filters.", showAll: "Show all lines", noOlder: "The beginning of the log", lineLink: "Link to this line", logLabel: "Output of the container", logToolbar: "Log tools",
  shown: "{0} of {1} lines", copied: "copied",
  ended: "ended with exit code {0}", endedUnknown: "ended", newShell: "New shell", opening: "Opening …", away: "Connection lost; it returns by itself.",
  terminalLabel: "Terminal", chartTable: "Last values of {0}",
  cpu: "CPU", memory: "Memory", io: "Disk", network: "Network", pids: "Processes", pressure: "Pressure", load: "Load",
  used: "used", throttled: "throttled", anon: "anonymous", kernel: "kernel", file: "file cache", swap: "swap", charged: "charged", read: "read", written: "written", received: "received", sent: "sent",
  didStart: "started", didRestart: "restarted", didAdopt: "found again", didPause: "paused", didResume: "resumed", didUpdate: "limits changed",
  didOom: "out of memory", didDie: "ended", didKill: "killed", didStop: "stopped",
  processes: "processes", waitCpu: "CPU", waitMemory: "memory", waitMemoryFull: "memory, all", waitIo: "disk", waitIoFull: "disk, all", load1: "1 min", load5: "5 min", load15: "15 min", coresWord: "cores", total: "total",
};

export type Word = keyof typeof english;

let words: Readonly<Record<string, string>> | undefined;

export function text(word: Word, ...args: readonly (string | number)[]): string {
  words ??= { ...english, ...own() };
  return words[word]!.replace(/\{(\d)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));
}

function own(): Record<string, string> {
  try {
    return JSON.parse(document.getElementById("brig-text")?.textContent ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}
