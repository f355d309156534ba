// Sends a form [data-upload] by itself and draws its progress: a tar of gigabytes does not go through the page's circuit.
document.addEventListener("submit", (e) => {
  const form = e.target.closest?.("form[data-upload]");
  if (!form) return;
  e.preventDefault();
  const file = form.querySelector("input[type=file]").files[0];
  const bar = form.querySelector("progress");
  const said = form.querySelector("output");
  const button = form.querySelector("button[type=submit]");
  if (!file) return;

  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== ""));
  const request = new XMLHttpRequest();
  request.open("POST", `${form.getAttribute("action")}?${query}`);
  request.setRequestHeader("Content-Type", "application/x-tar");
  request.upload.onprogress = (p) => { bar.hidden = false; bar.max = p.total; bar.value = p.loaded; };
  request.onloadend = () => {
    bar.hidden = true;
    button.disabled = false;
    said.className = request.status < 300 && request.status > 0 ? "good" : "bad";
    said.textContent = request.status < 300 && request.status > 0 ? form.dataset.done : reason(request) || form.dataset.failed;
    if (said.className === "good") { form.reset(); form.querySelector("[data-uploaded]")?.click(); }
  };
  button.disabled = true;
  said.textContent = "";
  request.send(file);
});

function reason(request) {
  try { return JSON.parse(request.responseText).detail; } catch { return ""; }
}
