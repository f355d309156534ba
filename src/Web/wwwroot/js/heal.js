// Blazor shows our banner while it tries again. When the server was restarted the circuit is gone for good: then the page is
// loaded anew, as soon as the server answers; after a logout too, which shows how to log in. The address holds what is needed
// to come back to the same view.
const banner = document.getElementById("components-reconnect-modal");
let healing = false;

new MutationObserver(() => {
  const lost = /components-reconnect-(show|failed|rejected)/.test(banner.className);
  if (lost && !healing) { healing = true; void heal(); }
}).observe(banner, { attributes: true, attributeFilter: ["class"] });

async function heal() {
  for (let wait = 500; ; wait = Math.min(wait * 1.5, 4000)) {
    await new Promise((done) => setTimeout(done, wait));
    if (!/components-reconnect-(show|failed|rejected)/.test(banner.className)) { healing = false; return; }
    try {
      if (!(await fetch("healthz", { cache: "no-store" })).ok) continue;
      if (await loggedOut()) { location.reload(); return; }
    } catch { continue; }
    const given = /components-reconnect-(failed|rejected)/.test(banner.className);
    if (given || !(await window.Blazor.reconnect().catch(() => true))) { location.reload(); return; }
  }
}

// Who is logged in is sent on from there. Blazor takes the refusal for a server that is away, and would try for minutes.
const loggedOut = async () => (await fetch("login", { cache: "no-store", redirect: "manual" })).ok;
