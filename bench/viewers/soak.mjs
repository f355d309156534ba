// Viewers of a soak: each follows all samples and one container's log, whose lines are "RUN NUMBER …"; when the server is killed each comes back and goes on behind the last line it has.
// usage: node soak.mjs ADDRESS_FILE TOKEN VIEWERS ID,ID,…      ends when its stdin does, and then prints what was lost or doubled as one line of JSON
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { HubConnectionBuilder, HttpTransportType, LogLevel } = createRequire(new URL("../../wwwroot-assets/package.json", import.meta.url))("@microsoft/signalr");
const [addressFile, token, viewers, ids] = process.argv.slice(2);
const containers = ids.split(",");
const told = { lines: 0, lost: 0, doubled: 0, skipped: 0, frames: 0, dropped: 0, connections: 0, oddities: [] };
const pause = ms => new Promise(done => setTimeout(done, ms));
let isOver = false;

async function view(number) {
  const container = containers[number % containers.length];
  const runs = new Map();     // run → the number of its last line
  let last;                   // position of the last line
  const take = batch => {
    told.skipped += batch.skipped;
    for (const [position, , , , text] of batch.lines) {
      last = position;
      told.lines++;
      const [run, count] = text.split(" ", 2);
      const before = runs.get(run) ?? 0, now = Number(count);
      if (now > before + 1) told.lost += now - before - 1;
      if (now <= before) told.doubled++;
      if (now !== before + 1 && told.oddities.length < 10) told.oddities.push(`viewer ${number}: ${run} ${before} → ${now} at ${position}`);
      runs.set(run, now);
    }
  };
  while (!isOver) {
    const hub = new HubConnectionBuilder()
      .withUrl(`http://${readFileSync(addressFile, "utf8")}/hubs/live`, { accessTokenFactory: () => token, transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .configureLogging(LogLevel.None)
      .build();
    let ended;
    const over = new Promise(done => { ended = done; });
    hub.onclose(ended);
    try {
      await hub.start();
      told.connections++;
      hub.stream("Metrics", null, 0).subscribe({ next(frame) { told.frames++; told.dropped += frame.d ?? 0; }, error: ended, complete: ended });
      hub.stream("Logs", container, last ? { after: last, follow: true } : { follow: true }).subscribe({ next: take, error: ended, complete: ended });
      await Promise.race([over, stopped, pause(60_000 + 60_000 * Math.random())]);   // people come and go
    } catch { /* the server is away */ }
    await hub.stop();
    if (!isOver) await pause(200);
  }
}

let stop;
const stopped = new Promise(done => { stop = done; });
process.stdin.on("end", () => { isOver = true; stop(); }).resume();
await Promise.all(Array.from({ length: Number(viewers) }, (_, number) => view(number)));
console.log(JSON.stringify(told));
process.exit(0);
