/** Every word these elements show. A page in another language puts its own in <script type="application/json" id="brig-text">{"live": "…"}</script>. */
const english = {
  live: "live", connecting: "connecting", reconnecting: "reconnecting", offline: "offline",
  frameAge: "newest numbers were {0} ms old on arrival, {1} ms of it in the server",
  framesMissed: "{0} seconds were left out, for this page was too slow to take them",
  linesMissed: "{0} lines of logs came faster than this page takes them",
  backToLive: "Back to live", limit: "limit", noData: "no numbers yet", time: "time", justNow: "just now",
  find: "Find", findRegex: "Regular expression", findNext: "Next match (n)", findPrevious: "Previous match (N)", noMatch: "no match", badRegex: "not a regular expression",
  contains: "Only lines with …", level: "Level", anyLevel: "Any level", atLeastInfo: "Info and above", atLeastWarn: "Warnings and errors", atLeastError: "Errors",
  stdout: "stdout", stderr: "stderr", timeOff: "No times", timeRelative: "Times ago", timeExact: "Times", wrap: "Wrap", clear: "Clear", download: "Download",
  newLines: "{0} new lines ↓", newLinesOne: "1 new line ↓", toNewest: "Newest lines ↓", skippedLines: "{0} lines skipped: they came faster than this page shows them; the download has them",
  noLines: "No output yet.", noLinesMatch: "No line passes the filters.", showAll: "Show all lines", noOlder: "The beginning of the log", lineLink: "Link to this line", logLabel: "Output of the container", logToolbar: "Log tools",
  logsLabel: "Lines of all containers", searchLogs: "Search all logs", searchIts: "Search its lines", matchCase: "Match case", invert: "Lines that do not match", liveTail: "Live", liveTailLong: "Follow what the containers write, merged",
  order: "Order", newestFirst: "Newest first", oldestFirst: "Oldest first", bothStreams: "Both streams", span: "Time range", span_5m: "Last 5 minutes", span_15m: "Last 15 minutes", span_1h: "Last hour",
  span_6h: "Last 6 hours", span_24h: "Last 24 hours", span_7d: "Last 7 days", span_30d: "Last 30 days", span_all: "All time", span_own: "Chosen range",
  level_error: "Error", level_warn: "Warning", level_info: "Info", level_debug: "Debug", level_none: "No level",
  pick: "Containers", pickLong: "Choose containers, stacks or labels", pickLabel: "Containers", pickSearch: "Name, image or label=value", pickStacks: "Stacks", pickContainers: "Containers", pickGone: "Removed",
  pickLabels: "With the label", pickNone: "Nobody is called so.", remove: "Take away", downloadFound: "Download all that is found", saveText: "Text", saveTextGz: "Text, packed", saveJson: "JSON lines", saveJsonGz: "JSON lines, packed",
  searching: "{0} of {1} looked at, {2} lines", searchDone: "{0} looked at, {1} lines found", searchDoneOne: "{0} looked at, 1 line found", searchGone: "{0} rotated away meanwhile", following: "Following {0} containers: {1} of {2} lines",
  nothingFound: "No line fits.", nothingFoundThen: "No line fits in this time range.", histogramEmpty: "No lines yet", histogramLabel: "{0} lines over time, {1} of them errors, {2} warnings. Drag to narrow the time.",
  detailLabel: "Opened line", lineBefore: "Line above", lineAfter: "Line below", closeLine: "Close", copyLine: "Copy line", copyLink: "Copy link", openInContainer: "Open in its container", openInGone: "Open in the removed container's log",
  fieldsTitle: "Fields", onlyField: "Only lines with {0}={1}", notField: "Without lines with {0}={1}", hasField: "Only lines that have {0}", contextTitle: "Around it", moreContext: "More lines around it",
  showMore: "Show more of {0}", showMoreOf: "{0} of {1}: show more",
  searchAll: "Search all", searchAllLong: "Search all of this log, also what this window does not hold", moreLines: "+{0} lines", moreLinesOne: "+1 line",
  shown: "{0} of {1} lines", copied: "copied",
  ended: "ended with exit code {0}", endedUnknown: "ended", newShell: "New shell", opening: "Opening …", away: "Connection lost; it returns by itself.",
  terminalLabel: "Terminal", chartTable: "Last values of {0}",
  cpu: "CPU", memory: "Memory", io: "Disk", network: "Network", pids: "Processes", pressure: "Pressure", load: "Load",
  used: "used", throttled: "throttled", anon: "anon", kernel: "kernel", file: "cache", swap: "swap", charged: "charged", read: "read", written: "written", received: "received", sent: "sent",
  didStart: "started", didRestart: "restarted", didAdopt: "found again", didPause: "paused", didResume: "resumed", didUpdate: "limits changed",
  didOom: "out of memory", didDie: "ended", didKill: "killed", didStop: "stopped",
  didRemove: "removed", didCreate: "made", didThrottle: "throttled", didHealth: "health changed", didHealthy: "healthy again", didUnhealthy: "unhealthy", didDeploy: "deployed", didAlert: "alert",
  didDieWith: "ended with {0}", didOther: "something happened", whatHappened: "What happened then", moreMarks: "{0} earlier", logsThen: "Its lines then", pageThen: "Its page then", eventsOf: "Its events", stackThen: "Its revisions", rewindHere: "Show this moment",
  liveButton: "Live", rangeLabel: "How much of the past", range5m: "5 m", range1h: "1 h", range24h: "24 h", range7d: "7 d", range30d: "30 d",
  showing: "Showing {0}, {1} ago", rewindLabel: "Moment that the page shows", chartLabel: "{0} over time. Arrows move, plus and minus zoom, Home goes back to live.",
  legendHint: "Click: hide or show. Double click: only this one.", source: "Source", now: "Now", atCursor: "Then", least: "Least", average: "Average", most: "Most",
  workingSet: "Memory in use", networkIn: "Received", networkOut: "Sent", diskRead: "Read from disk", diskWritten: "Written to disk", pressureCpu: "Waiting for CPU", pressureMemory: "Waiting for memory", pressureIo: "Waiting for disk",
  privileged: "privileged",
  deniedLabel: "Denied system calls", deniedCall: "System call", deniedBy: "Process", deniedCount: "Times", deniedLast: "Last", deniedSeveral: "several programs", deniedOthers: "other calls",
  deniedPids: "{0} inside, {1} outside", deniedNone: "Nothing was denied since its start. A program that asks for what the filter refuses appears here at once.", deniedSaid: "{0} denied to {1}",
  mapLabel: "Map of the networks", mapOutside: "Outside", mapOutsideLong: "This machine and whatever can reach it", mapNetwork: "Network {0}", mapInternal: "internal", mapEmpty: "Nobody is on it.", mapSize: "{0} containers", mapAlso: "on {0} more",
  processes: "processes", waitCpu: "CPU", waitMemory: "mem", waitMemoryFull: "mem, all", waitIo: "disk", waitIoFull: "disk, all", load1: "1 min", load5: "5 min", load15: "15 min", coresWord: "cores", perCore: "Each core", total: "total",
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
