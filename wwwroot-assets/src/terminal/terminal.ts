import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { color, onTheme } from "../colors";
import { make, type View } from "../element";
import { copy } from "../page/clipboard";
import { hub } from "../live/page-hub";
import type { Following } from "../live/hub";
import { text } from "../text";
import { terminalTheme } from "./colors";
import { decode, Input } from "./input";
import { forget, session, type TerminalInfo } from "./session";

/** <brig-terminal container="ID" [exec="EXECID|attach:ID"] [tty="false"] [font-size="13"]>: see docs/architecture.md, "The browser". */
export function terminal(host: HTMLElement): View {
  return new TerminalWindow(host);
}

class TerminalWindow implements View {
  readonly #container: string;
  readonly #tty: boolean;
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #screen = make("div", { class: "screen" });
  readonly #words = document.createTextNode(text("opening"));
  readonly #again = make("button", { type: "button", hidden: true }, text("newShell"));
  readonly #note = make("div", { class: "note", role: "status" }, make("span", {}, this.#words), this.#again);
  readonly #resize: ResizeObserver;
  readonly #stops: (() => void)[];
  #exec: string | undefined;
  #following: Following | undefined;
  #ended = false;
  #gone = false;
  #sizeTimer: ReturnType<typeof setTimeout> | undefined;
  #toldSize = "";

  constructor(private readonly host: HTMLElement) {
    this.#container = host.getAttribute("container") ?? "";
    this.#tty = host.getAttribute("tty") !== "false";
    this.#terminal = new Terminal({
      fontFamily: color("--mono"), fontSize: Number(host.getAttribute("font-size")) || 13, lineHeight: 1.15, scrollback: 10_000,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches, convertEol: !this.#tty, screenReaderMode: false,
      allowTransparency: false, macOptionIsMeta: true,
    });
    host.append(this.#screen, this.#note);
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.open(this.#screen);
    this.#terminal.textarea?.setAttribute("aria-label", text("terminalLabel"));
    this.#terminal.options.theme = terminalTheme(host);
    const input = new Input(words => hub().wire?.send("TerminalInput", this.#exec, words));
    const type = (words: string) => { if (this.#exec && !this.#ended) input.add(this.#tty ? words : words.replaceAll("\r", "\n")); };
    this.#terminal.onData(words => { type(words); if (!this.#tty) this.#echo(words); });
    this.#terminal.onBinary(type);
    this.#terminal.attachCustomKeyEventHandler(event => !this.#copies(event));
    this.#resize = new ResizeObserver(() => this.#fitSoon());
    this.#resize.observe(this.#screen);
    this.#again.addEventListener("click", () => this.#newShell());
    this.#stops = [
      onTheme(() => { this.#terminal.options.theme = terminalTheme(host); this.#terminal.options.fontFamily = color("--mono"); }),
      hub().watch(state => {
        if (this.#ended || !this.#exec) return;
        if (state === "live") { this.#toldSize = ""; this.#fitSoon(); this.#say(""); } else this.#say(text("away"));
      }),
    ];
    this.#doFit();
    // The cell's size is right only with the font; a wrong one would make a wrong number of columns.
    void document.fonts?.load(`13px ${color("--mono")}`).then(() => { if (!this.#gone) this.#fitSoon(); });
    void this.#open(host.getAttribute("exec"));
  }

  attribute(name: string): boolean {
    if (name !== "font-size") return false;
    this.#terminal.options.fontSize = Number(this.host.getAttribute("font-size")) || 13;
    this.#fitSoon();
    return true;
  }

  dispose(): void {
    this.#gone = true;
    this.#following?.stop();
    for (const stop of this.#stops) stop();
    this.#resize.disconnect();
    clearTimeout(this.#sizeTimer);
    this.#terminal.dispose();
  }

  async #open(asked: string | null): Promise<void> {
    try {
      const exec = await session(hub(), this.#container, asked, this.#terminal.rows, this.#terminal.cols);
      if (this.#gone) return;
      this.#exec = exec;
      this.#ended = false;
      this.#toldSize = "";
      this.#say("");
      this.#fitSoon();
      this.#follow(exec);
      this.#terminal.focus();
    } catch (error) {
      if (!this.#gone) this.#say(error instanceof Error ? error.message : String(error), true);
    }
  }

  /** Each time the stream is opened it begins with what the screen showed before. */
  #follow(exec: string): void {
    let fresh = true;
    this.#following = hub().follow<string>({
      open: wire => { fresh = true; return wire.stream("Terminal", exec); },
      next: chunk => {
        if (fresh) { fresh = false; this.#terminal.reset(); this.#say(""); }
        this.#terminal.write(decode(chunk));
      },
      failed: sentence => this.#say(sentence),
      ended: () => void this.#over(exec),
    });
  }

  async #over(exec: string): Promise<void> {
    this.#ended = true;
    let exitCode: number | null = null;
    try {
      const all = await hub().invoke<TerminalInfo[]>("Terminals", this.#container);
      exitCode = all.find(one => one.id === exec)?.exitCode ?? null;
    } catch { /* the container went with it */ }
    if (this.#gone) return;
    if (!exec.startsWith("attach:")) forget(this.#container);
    this.#terminal.options.cursorBlink = false;
    this.#say(exitCode === null ? text("endedUnknown") : text("ended", exitCode), !exec.startsWith("attach:"));
    this.host.dispatchEvent(new CustomEvent("brig-terminal-ended", { bubbles: true, detail: { exec, exitCode } }));
  }

  #newShell(): void {
    this.#following?.stop();
    forget(this.#container);
    this.#exec = undefined;
    this.#terminal.reset();
    this.#say(text("opening"));
    void this.#open(null);
  }

  /** Ctrl-Shift-C and Ctrl-Insert copy, since Ctrl-C belongs to the program. Pasting is the browser's own. */
  #copies(event: KeyboardEvent): boolean {
    const wanted = event.ctrlKey && ((event.shiftKey && event.code === "KeyC") || event.key === "Insert");
    if (!wanted || !this.#terminal.hasSelection()) return false;
    if (event.type === "keydown") void copy(this.#terminal.getSelection()).then(() => this.#terminal.focus());
    event.preventDefault();
    return true;
  }

  /** A program without a tty shows nothing of what it is sent. */
  #echo(words: string): void {
    if (!this.#ended) this.#terminal.write(words.replaceAll("\r", "\r\n"));
  }

  #say(words: string, again = false): void {
    if (this.#words.data !== words) this.#words.data = words;
    this.#note.hidden = !words;
    this.#again.hidden = !again;
  }

  #fitSoon(): void {
    clearTimeout(this.#sizeTimer);
    this.#sizeTimer = setTimeout(() => this.#doFit(), 80);
  }

  #doFit(): void {
    if (!this.#screen.clientWidth || !this.#screen.clientHeight) return;      // in a tab that is not shown
    this.#fit.fit();
    const { rows, cols } = this.#terminal;
    const size = `${rows}x${cols}`;
    if (!this.#exec || this.#ended || size === this.#toldSize || !hub().wire) return;
    this.#toldSize = size;
    void hub().wire!.send("TerminalResize", this.#exec, rows, cols).catch(() => {});
  }
}
