/**
 * The draft in this browser: changed at once, saved by itself, never lost.
 *
 * Every change is saved within two seconds, one request at a time. While the network is away a copy stays in this tab
 * (sessionStorage, taken away after the next save). When someone else saved first, the two are merged; where both
 * changed the same field a person decides.
 */
import { request } from "../practice/http.js";
import { contentOf, merged, same, sendable, settle } from "./content.js";

const PAUSE = 800; // ms without a change before a save
const LONGEST_WAIT = 1600; // ms after the first unsaved change, also while someone goes on typing
const RETRIES = [2000, 4000, 8000, 15000, 30000];
const UNDO_DEPTH = 50;
const SAME_EDIT = 3000; // ms in which changes of one field are one step of undo

/**
 * Events: `change` (detail.quiet: the field that changed shows it already), `status`, `answer` (findings, narrative).
 * States of `status.state`: saved, waiting, saving, local (no network), refused (values to put right), signed_out,
 * conflict, closed (not a draft, or not open to this person any more).
 */
export class Draft extends EventTarget {
  #url; #store; #base; #sent; #version; #timer = null; #retry = 0; #running = null; #revision = 0; #savedRevision = 0;
  #firstUnsaved = 0; #history = []; #lastEdit = { key: null, at: 0 };

  constructor({ session, url, store = sessionStorage }) {
    super();
    this.#url = url;
    this.#store = store;
    this.key = `draft:${session.id}`;
    this.content = contentOf(session);
    this.errors = [];
    this.conflicts = [];
    this.status = { state: "saved", at: new Date(session.updated_at ?? Date.now()), message: "" };
    this.#base = this.#sent = structuredClone(this.content);
    this.#version = session.version;
    this.#take(session);
    this.restored = this.#restore();
    addEventListener("online", () => this.flush());
    addEventListener("focus", () => this.status.state === "signed_out" && this.flush());
    addEventListener("visibilitychange", () => document.hidden && this.flush());
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
  }

  get dirty() { return this.#revision !== this.#savedRevision; }
  get version() { return this.#version; }
  get undoable() { return this.#history.at(-1)?.label ?? null; }

  /**
   * @param {string} label What was done, as the undo button says it.
   * @param {(content: Object) => void} mutate
   * @param {{quiet?: boolean, key?: string}} [options] Changes with the same key in a row are one step of undo.
   */
  change(label, mutate, { quiet = false, key = null } = {}) {
    const now = Date.now();
    const goesOn = key !== null && key === this.#lastEdit.key && now - this.#lastEdit.at < SAME_EDIT;
    if (!goesOn) this.#history = [
      ...this.#history.slice(1 - UNDO_DEPTH), { label, content: structuredClone(this.content) },
    ];
    this.#lastEdit = { key, at: now };
    mutate(this.content);
    this.#changed(quiet);
  }

  undo() {
    const step = this.#history.pop();
    if (!step) return;
    this.content = step.content;
    this.#lastEdit = { key: null, at: 0 };
    this.#changed(false);
  }

  /** Save now what is not saved yet. Answers whether the server has everything. */
  async flush() {
    clearTimeout(this.#timer);
    for (let tries = 0; this.dirty && tries < 3 && !this.conflicts.length; tries += 1) {
      await (this.#running ?? this.#save());
      if (!["saved", "waiting"].includes(this.status.state)) break;
    }
    return !this.dirty;
  }

  /** Decide a conflict; when the last one is decided, saving goes on. */
  decide(conflict, value) {
    settle(this.content, conflict.path, value);
    this.conflicts = this.conflicts.filter((other) => other !== conflict);
    this.#changed(false);
  }

  /** Take what a verb (sign) or another read answered as the newest state. */
  adopt(session) {
    this.#version = session.version;
    this.#take(session);
    this.#tell("answer");
  }

  #changed(quiet) {
    this.#revision += 1;
    if (!this.#firstUnsaved) this.#firstUnsaved = Date.now();
    this.#keepCopy();
    this.#tell("change", { quiet });
    if (this.conflicts.length) return;
    this.#retry = 0;
    this.#state("waiting");
    this.#schedule(Math.min(PAUSE, Math.max(0, this.#firstUnsaved + LONGEST_WAIT - Date.now())));
  }

  #schedule(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#running ?? this.#save(), wait);
  }

  #save() {
    this.#running = this.#attempt().finally(() => { this.#running = null; });
    return this.#running;
  }

  async #attempt() {
    const revision = this.#revision;
    const body = sendable(structuredClone(this.content));
    this.#state("saving");
    this.#firstUnsaved = 0;
    let answer;
    try {
      answer = await request(
        this.#url, { method: "PUT", body, version: this.#version, signal: AbortSignal.timeout(20000) },
      );
    } catch {
      return this.#keepTrying();
    } finally {
      this.#sent = body;
    }
    if (answer.ok) return this.#saved(answer.data, body, revision);
    if (answer.status === 412 && answer.data?.current) return this.#merge(answer.data.current);
    if (answer.status === 401) return this.#state("signed_out");
    if (answer.status === 400) return this.#refused(answer.data, body);
    if ([403, 404, 409, 428].includes(answer.status)) return this.#state("closed", answer.data?.detail);
    return this.#keepTrying(answer.status === 429 ? RETRIES.length - 1 : undefined);
  }

  #saved(session, body, revision) {
    this.#version = session.version;
    this.#base = contentOf(session);
    this.#savedRevision = revision;
    this.#retry = 0;
    this.errors = [];
    this.#take(session);
    if (this.dirty) {
      this.#keepCopy();
      this.#schedule(PAUSE);
    } else this.#store.removeItem(this.key);
    this.#state(this.dirty ? "waiting" : "saved", "", new Date());
    this.#tell("answer");
  }

  #keepTrying(step = this.#retry) {
    this.#retry = Math.min(step + 1, RETRIES.length - 1);
    const since = this.status.state === "local" ? this.status.at : new Date();
    this.#state("local", "", this.lostAt ?? since);
    this.lostAt ??= since;
    this.#schedule(RETRIES[step]);
  }

  #refused(problem, body) {
    this.errors = (problem?.errors ?? []).map((error) => {
      const [, index, field] = /^sites\.(\d+)\.(.+)$/.exec(error.field) ?? [];
      return {
        message: error.message, field: field ?? error.field,
        site: index === undefined ? null : body.sites[index]?.id ?? null,
      };
    });
    this.#state("refused", problem?.detail);
    this.#tell("answer");
  }

  #merge(current) {
    const theirs = contentOf(current);
    if (current.status !== "draft") return this.#state("closed", "This session is not a draft any more.");
    const { content, conflicts } = merged(this.#base, this.content, theirs, this.#sent);
    this.content = content;
    this.#base = this.#sent = theirs;
    this.#version = current.version;
    this.#history = [];
    this.conflicts = conflicts;
    this.theirsAt = new Date(current.updated_at);
    this.#take(current);
    this.#keepCopy();
    this.#tell("change", { quiet: false });
    if (conflicts.length) return this.#state("conflict");
    this.#schedule(0);
  }

  /** What only the server knows: shown, never sent. */
  #take({ findings, blocks_signing: blocks, narrative, status, updated_at: updatedAt }) {
    Object.assign(
      this, { findings: findings ?? [], blocks: blocks ?? [], narrative, sessionStatus: status, updatedAt },
    );
  }

  #keepCopy() {
    try {
      this.#store.setItem(
        this.key, JSON.stringify({ content: this.content, base: this.#base, version: this.#version }),
      );
    } catch { /* the store is full or closed: the copy in memory and the warning before leaving remain */ }
  }

  #restore() {
    let copy = null;
    try {
      copy = JSON.parse(this.#store.getItem(this.key) ?? "null");
    } catch { /* not ours */ }
    if (!copy?.content || same(copy.content, this.content)) return false;
    const { content, conflicts } = merged(copy.base, copy.content, this.content);
    Object.assign(this, { content, conflicts });
    this.theirsAt = new Date(this.updatedAt);
    this.#revision += 1;
    if (conflicts.length) this.status = { state: "conflict", at: new Date(), message: "" };
    else this.#schedule(PAUSE);
    return true;
  }

  #state(state, message = "", at = this.status.at) {
    if (state === "saved" || state === "waiting") this.lostAt = null;
    this.status = { state, message, at };
    this.#tell("status");
  }

  #tell(name, detail = {}) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}
