// Sends files that were chosen or dropped in a [data-drop], one after the other, straight to the engine: each becomes a file of that name in [data-folder].
const words = (e) => { try { return JSON.parse(e).detail; } catch { return ""; } };

document.addEventListener("change", (e) => {
  const place = e.target.closest?.("[data-drop]");
  if (!place || e.target.type !== "file") return;
  send(place, [...e.target.files]);
  e.target.value = "";
});

document.addEventListener("dragover", (e) => {
  const place = e.target.closest?.("[data-drop]");
  if (!place || !e.dataTransfer.types.includes("Files")) return;
  e.preventDefault();
  place.classList.add("dropping");
});

document.addEventListener("dragleave", (e) => {
  const place = e.target.closest?.("[data-drop]");
  if (place && !place.contains(e.relatedTarget)) place.classList.remove("dropping");
});

document.addEventListener("drop", (e) => {
  const place = e.target.closest?.("[data-drop]");
  if (!place || !e.dataTransfer.types.includes("Files")) return;
  e.preventDefault();
  place.classList.remove("dropping");
  send(place, [...e.dataTransfer.files]);
});

async function send(place, files) {
  const bar = place.querySelector("progress");
  const said = place.querySelector("output");
  const folder = place.dataset.folder.replace(/\/$/, "");
  const all = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0, failure = "";
  [bar.hidden, bar.max, bar.value] = [false, Math.max(1, all), 0];
  for (const file of files) {
    said.className = "";
    said.textContent = file.name;
    failure = await put(`${place.dataset.drop}?path=${encodeURIComponent(`${folder}/${file.name}`)}`, file, (loaded) => { bar.value = before + loaded; }) ?? "";
    before += file.size;
    if (failure !== "") break;
  }
  bar.hidden = true;
  said.className = failure === "" ? "good" : "bad";
  said.textContent = failure === "" ? place.dataset.done : failure === "?" ? place.dataset.failed : failure;
  place.querySelector("[data-uploaded]")?.click();
}

/** Null when it went well; the reason, or "?" when there is none. */
function put(address, file, progress) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (p) => progress(p.loaded);
    request.onloadend = () => done(request.status >= 200 && request.status < 300 ? null : words(request.responseText) || "?");
    request.send(file);
  });
}
