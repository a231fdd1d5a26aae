/**
 * The draft in this browser: changed at once, saved by itself, never lost.
 *
 * Every change is saved within two seconds, one request at a time. Until the server has it, an encrypted copy stays on
 * this device (DeviceCopy), through a reload, a closed tab, a crash or an expired sign-in. When someone else saved first,
 * the two are merged; where both changed the same field a person decides.
 */
import { DeviceCopy } from "../practice/device_copy.js";
import { request } from "../practice/http.js";
import { changesOf, contentOf, merged, same, sendable, settle } from "./content.js";

const PAUSE = 800; // ms without a change before a save
const LONGEST_WAIT = 1600; // ms after the first unsaved change, also while someone goes on typing
const RETRIES = [2000, 4000, 8000, 15000, 30000];
const UNDO_DEPTH = 50;
const SAME_EDIT = 3000; // ms in which changes of one field are one step of undo
const ATTEMPTS = 8; // that nobody answered and may have arrived all the same
const KEEPALIVE = 60_000; // bytes that a browser still sends while the page goes away

/**
 * Events: `change` (detail.quiet: the field that changed shows it already), `status`, `answer` (findings, narrative).
 * States of `status.state`: saved, waiting, saving, local (no network), refused (values to put right), signed_out,
 * conflict, closed (not a draft, or not open to this person any more).
 */
export class Draft extends EventTarget {
  #url; #copy; #base; #copyBase; #sent; #version; #timer = null; #retry = 0; #running = null; #revision = 0;
  #savedRevision = 0; #firstUnsaved = 0; #past = []; #future = []; #lastEdit = { key: null, at: 0 };

  /** @param {{session: Object, url: string, owner: {id: string, device_key: string}, open: string}} props */
  constructor({ session, url, owner, open }) {
    super();
    this.#url = url;
    this.#copy = new DeviceCopy({ record: session.id, owner, open });
    this.content = contentOf(session);
    this.errors = [];
    this.conflicts = [];
    this.status = { state: "saved", at: new Date(session.updated_at ?? Date.now()), message: "" };
    this.#base = this.#copyBase = structuredClone(this.content);
    this.#sent = [];
    this.#version = session.version;
    this.#take(session);
    addEventListener("online", () => this.flush());
    addEventListener("focus", () => this.status.state === "signed_out" && this.flush());
    addEventListener("visibilitychange", () => document.hidden && this.flush());
    addEventListener("pagehide", () => this.#lastWords());
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
  }

  get dirty() { return this.#revision !== this.#savedRevision; }
  get version() { return this.#version; }
  get undoable() { return this.#past.at(-1)?.label ?? null; }
  /** The step that undo would take back; another one is another object. */
  get lastStep() { return this.#past.at(-1) ?? null; }
  get redoable() { return this.#future.at(-1)?.label ?? null; }
  /** What the server does not have, in words; shown when it will not take it any more. */
  get unsaved() { return this.dirty ? changesOf(this.#base, this.content) : []; }

  /** Bring back what this device kept of this draft. Answers whether there was something. */
  async begin() {
    let restored = false;
    for (const copy of await this.#copy.adopt()) restored = this.#restore(copy) || restored;
    if (!restored && !this.dirty) this.#copy.clear();
    return restored;
  }

  /**
   * @param {string} label What was done, as the undo button says it.
   * @param {(content: Object) => void} mutate
   * @param {{quiet?: boolean, key?: string, follows?: boolean}} [options] Changes with the same key in a row are one step of
   *   undo; what `follows` from the last step (the place of a muscle that was named) belongs to it.
   */
  change(label, mutate, { quiet = false, key = null, follows = false } = {}) {
    const now = Date.now();
    const goesOn = key !== null && key === this.#lastEdit.key && now - this.#lastEdit.at < SAME_EDIT;
    if (!goesOn && !follows) {
      this.#past = [...this.#past.slice(1 - UNDO_DEPTH), { label, content: structuredClone(this.content) }];
      this.#future = [];
    }
    if (!follows) this.#lastEdit = { key, at: now };
    mutate(this.content);
    this.#changed(quiet);
  }

  undo() { this.#step(this.#past, this.#future); }

  redo() { this.#step(this.#future, this.#past); }

  #step(from, to) {
    const step = from.pop();
    if (!step) return;
    to.push({ label: step.label, content: this.content });
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

  /** Let go of what the server will not take. */
  forget() {
    this.#savedRevision = this.#revision;
    this.#copy.clear();
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
      answer = await request(this.#url, this.#put(body, { signal: AbortSignal.timeout(20000) }));
    } catch {
      return this.#keepTrying();
    } finally {
      if (!same(this.#sent.at(-1), body)) this.#sent = [...this.#sent.slice(1 - ATTEMPTS), body];
    }
    if (answer.ok) return this.#saved(answer.data, body, revision);
    if (answer.status === 412 && answer.data?.current) return this.#merge(answer.data.current);
    if (answer.status === 401) return this.#state("signed_out");
    if (answer.status === 400) return this.#refused(answer.data, body);
    if ([403, 404, 409, 428].includes(answer.status)) return this.#state("closed", answer.data?.detail);
    return this.#keepTrying(answer.status === 429 ? RETRIES.length - 1 : undefined);
  }

  #put(body, more = {}) { return { method: "PUT", body, version: this.#version, ...more }; }

  /** The page goes away with something unsaved: sent all the same where the browser allows it; the copy stays in any case. */
  #lastWords() {
    if (!this.dirty || this.#running || this.conflicts.length) return;
    const body = sendable(this.content);
    if (JSON.stringify(body).length < KEEPALIVE) request(this.#url, this.#put(body, { keepalive: true })).catch(() => {});
  }

  #saved(session, body, revision) {
    this.#version = session.version;
    this.#base = this.#copyBase = contentOf(session);
    this.#sent = [];
    this.#savedRevision = revision;
    this.#retry = 0;
    this.errors = [];
    this.#take(session);
    if (this.dirty) {
      this.#keepCopy();
      this.#schedule(PAUSE);
    } else this.#copy.clear();
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
    if (!conflicts.length) this.#copyBase = theirs; // a conflict that is not decided yet is found again after a crash
    this.#base = theirs;
    this.#sent = [];
    this.#version = current.version;
    [this.#past, this.#future] = [[], []];
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

  #keepCopy() { this.#copy.keep({ content: this.content, base: this.#copyBase, sent: this.#sent }); }

  #restore(copy) {
    if (!copy.content || same(copy.content, this.content)) return false;
    const { content, conflicts } = merged(copy.base, copy.content, this.content, copy.sent ?? []);
    if (same(content, this.content) && !conflicts.length) return false;
    this.content = content;
    this.conflicts = conflicts;
    if (conflicts.length) this.#copyBase = copy.base;
    this.theirsAt = new Date(this.updatedAt);
    this.#revision += 1;
    this.#keepCopy();
    this.#tell("change", { quiet: false });
    if (conflicts.length) this.#state("conflict");
    else {
      this.#state("waiting");
      this.#schedule(PAUSE);
    }
    return true;
  }

  #state(state, message = "", at = this.status.at) {
    if (state === "saved" || state === "waiting") this.lostAt = null;
    this.status = { state, message, at };
    this.#tell("status");
  }

  #tell(name, detail = {}) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}
