// Opens a page's streams in so many connections at once, as so many browsers would, and prints what they saw as one line of JSON.
// usage: node viewers.mjs http://127.0.0.1:8620 TOKEN VIEWERS SECONDS CONTAINER_WITH_A_LOG [STALLED]
// Ready is said on stdout when every viewer has had its first frame. STALLED more do all that too, and from then on read nothing of what they are sent.
import { createRequire } from "node:module";

const { HubConnectionBuilder, HttpTransportType, LogLevel } = createRequire(new URL("../../wwwroot-assets/package.json", import.meta.url))("@microsoft/signalr");
const [address, token, viewers, seconds, container, stalled = 0] = process.argv.slice(2);

const delays = [];
let frames = 0, missed = 0, lines = 0, skipped = 0, counting = false;

async function view() {
  const hub = new HubConnectionBuilder()
    .withUrl(`${address}/hubs/live`, { accessTokenFactory: () => token, transport: HttpTransportType.WebSockets, skipNegotiation: true })
    .withServerTimeout(3_600_000)
    .configureLogging(LogLevel.Error)
    .build();
  await hub.start();
  const failed = error => { console.error(String(error)); process.exit(1); };
  let first = true;
  await new Promise(ready => {
    hub.stream("Metrics", null, 0).subscribe({
      next(frame) {
        if (counting) { delays.push(Date.now() - frame.t); frames++; missed += frame.d ?? 0; }
        if (first) { first = false; ready(); }
      },
      error: failed, complete() {},
    });
    hub.stream("Logs", container, { tail: 100, follow: true }).subscribe({
      next(batch) { if (counting) { lines += batch.lines.length; skipped += batch.skipped; } }, error: failed, complete() {},
    });
    hub.stream("Events", 100, 0).subscribe({ next() {}, error: failed, complete() {} });
  });
  return hub;
}

const hubs = await Promise.all(Array.from({ length: Number(viewers) }, view));
for (const hub of await Promise.all(Array.from({ length: Number(stalled) }, view)))
  hub.connection.transport._webSocket._socket.pause();
console.log("Ready");
counting = true;
await new Promise(done => setTimeout(done, Number(seconds) * 1000));
counting = false;
delays.sort((a, b) => a - b);
const at = part => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))];
console.log(JSON.stringify({ frames, missed, lines, skipped, p50: at(0.5), p99: at(0.99), most: delays.at(-1) }));
if (Number(stalled)) process.exit(0);
await Promise.all(hubs.map(hub => hub.stop()));
