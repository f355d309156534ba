// Opens the page of all logs in Chromium, following, and looks at it for so many seconds: the longest task of its main thread, its heap, and how old the newest line is.
// usage: node follow.mjs LOGIN_LINK SECONDS       prints one line of JSON
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const WebSocket = createRequire(createRequire(new URL("../../wwwroot-assets/package.json", import.meta.url)).resolve("@microsoft/signalr"))("ws");
const [link, seconds] = process.argv.slice(2);
const profile = mkdtempSync(path.join(tmpdir(), "brig-follow-"));
const chromium = spawn("chromium", ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "--window-size=1440,900", "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
const pause = ms => new Promise(done => setTimeout(done, ms));

try {
  const address = await new Promise((found, failed) => {
    let said = "";
    chromium.stderr.on("data", data => { const match = /DevTools listening on (ws:\S+)/.exec(said += data); if (match) found(match[1]); });
    chromium.on("exit", () => failed(new Error(`Chromium ended: ${said.slice(-500)}`)));
  });
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise(open => socket.on("open", open));
  const waiting = new Map();
  let last = 0;
  socket.on("message", data => {
    const message = JSON.parse(data);
    const { done, failed } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    if (message.error) failed?.(new Error(message.error.message)); else done?.(message.result);
  });
  const send = (method, params = {}, sessionId) => new Promise((done, failed) => {
    waiting.set(++last, { done, failed });
    socket.send(JSON.stringify({ id: last, method, params, sessionId }));
  });
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const page = (method, params) => send(method, params, sessionId);
  const ask = async expression => (await page("Runtime.evaluate", { expression, returnByValue: true })).result.value;
  const until = async (expression, what) => {
    for (let i = 0; i < 600; i++) { if (await ask(expression)) return; await pause(100); }
    throw new Error(`waited for ${what} in vain: ${await ask("document.body.innerText.slice(0, 500)")}`);
  };
  const heap = async () => {
    await page("HeapProfiler.collectGarbage");
    return (await page("Runtime.getHeapUsage")).usedSize;
  };
  await page("Page.enable");
  await page("Runtime.enable");
  await page("Page.navigate", { url: link });
  await until("location.pathname.startsWith('/~') && !!document.querySelector('brig-connection')", "the login");
  await page("Page.navigate", { url: await ask("new URL('logs?live=1', document.baseURI).href") });
  await until("document.querySelectorAll('brig-logs .r').length > 20", "lines");
  await pause(15_000);                      // the window fills, code is compiled
  const before = await heap();
  await pause(500);
  await ask("window.longest = 0; new PerformanceObserver(list => { for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration); }).observe({ type: 'longtask' }); 1");
  let most = 0, oldest = 0;
  const end = Date.now() + Number(seconds) * 1_000;
  while (Date.now() < end) {
    await pause(Math.min(5_000, Math.max(0, end - Date.now())));
    most = Math.max(most, (await page("Runtime.getHeapUsage")).usedSize);
    const shown = await ask("[...document.querySelectorAll('brig-logs .r .t')].map(time => time.title).filter(Boolean).sort().at(-1)");
    oldest = Math.max(oldest, Date.now() - Date.parse(shown.replace(/(\\.\\d{3})\\d+ /, "$1")));
  }
  const longest = await ask("window.longest");
  const told = await ask("document.querySelector('brig-logs .progress').textContent");
  const skipped = await ask("document.querySelectorAll('brig-logs .r.skip').length");
  console.log(JSON.stringify({ longest, before, after: await heap(), most, oldest, told, skipped }));
  socket.close();
} finally {
  chromium.kill();
  await new Promise(ended => chromium.exitCode === null ? chromium.on("exit", ended) : ended());
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
