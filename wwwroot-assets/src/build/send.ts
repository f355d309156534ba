import { tarOf, type TarFile } from "./tar";

/** Sends the form's context with all that is asked for; the answer is a task's id, or what was wrong. */
export async function send(form: HTMLFormElement): Promise<void> {
  const bar = form.querySelector("progress")!;
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]")!;
  if (button.disabled) return;
  button.disabled = true;
  try {
    const context = form.dataset["build"] === "tar" ? chosen(form, "#build-tar")[0]! : tarOf(await folder(form));
    const task = await post(`api/v1/images/-/build?${question(form)}`, context, (done, all) => { bar.hidden = false; bar.max = all; bar.value = done; });
    tell(form, "[data-begun]", task);
  } catch (error) {
    tell(form, "[data-failed]", error instanceof Error ? error.message : String(error));
  } finally {
    bar.hidden = true;
    button.disabled = false;
  }
}

/** Puts a chosen folder's Dockerfile before the person, to read and to change, unless something was written already. */
export async function chose(form: HTMLFormElement): Promise<void> {
  const files = chosen(form, "#build-folder");
  const said = form.querySelector<HTMLElement>("[data-said]")!;
  said.className = "muted";
  said.textContent = `${files.length.toLocaleString()} · ${(files.reduce((sum, file) => sum + file.size, 0) / 1_048_576).toFixed(1)} MiB`;
  const text = form.querySelector<HTMLTextAreaElement>("#build-file")!;
  const given = files.find(file => inside(file) === "Dockerfile");
  if (!given || text.value.trim() !== "") return;
  text.value = await given.text();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The folder without its own name; the Dockerfile as it was written here. */
async function folder(form: HTMLFormElement): Promise<TarFile[]> {
  const files: TarFile[] = chosen(form, "#build-folder").map(file => ({ path: inside(file), body: file, modifiedMs: file.lastModified }));
  const text = field(form, "#build-file");
  return text.trim() === "" ? files : [...files.filter(file => file.path !== "Dockerfile"), { path: "Dockerfile", body: new Blob([text]), modifiedMs: Date.now() }];
}

function question(form: HTMLFormElement): URLSearchParams {
  const asked = new URLSearchParams();
  for (const tag of field(form, "#build-tag").split(/[\s,]+/).filter(Boolean)) asked.append("tag", tag);
  for (const line of field(form, "#build-args").split("\n").map(one => one.trim()).filter(Boolean)) asked.append("arg", line.includes("=") ? line : `${line}=`);
  for (const [name, selector] of [["target", "#build-target"], ["dockerfile", "#build-path"]] as const) if (field(form, selector).trim()) asked.set(name, field(form, selector).trim());
  if (form.querySelector<HTMLInputElement>("#build-no-cache")?.checked) asked.set("noCache", "true");
  if (form.querySelector<HTMLInputElement>("#build-network")?.checked === false) asked.set("network", "none");
  return asked;
}

/** By XMLHttpRequest, for fetch tells no progress of what it sends. */
function post(address: string, body: Blob, progress: (done: number, all: number) => void): Promise<string> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/x-tar");
    request.upload.onprogress = sent => { progress(sent.loaded, sent.total); };
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status < 300 && typeof answer["id"] === "string") done(answer["id"]);
      else fail(new Error(typeof answer["detail"] === "string" ? answer["detail"] : `${request.status} ${request.statusText}`));
    };
    // Brig answers before all is sent when the context is refused, and the browser tells that as a broken connection.
    request.onerror = () => { fail(new Error("The connection broke while the files were sent. If one of them changed or went away meanwhile, choose the folder again.")); };
    request.send(body);
  });
}

function parsed(text: string): Record<string, unknown> {
  try { return JSON.parse(text) as Record<string, unknown>; } catch { return {}; }
}

function tell(form: HTMLFormElement, selector: string, value: string): void {
  const field = form.querySelector<HTMLInputElement>(selector)!;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

const inside = (file: File): string => file.webkitRelativePath.slice(file.webkitRelativePath.indexOf("/") + 1);
const chosen = (form: HTMLFormElement, selector: string): File[] => [...form.querySelector<HTMLInputElement>(selector)?.files ?? []];
const field = (form: HTMLFormElement, selector: string): string => form.querySelector<HTMLInputElement>(selector)?.value ?? "";
