/**
 * What was typed and not yet sent, kept on this device: encrypted with a key that only the signed-in person's page holds.
 *
 * Survives a reload, a closed tab, a crash and an expired sign-in. Each tab writes its own copy; a copy whose tab is gone
 * is offered to the next page that opens the same record. Without WebCrypto (plain http on a network) the copy lives in
 * this tab only, as sessionStorage does.
 */
const PREFIX = "tautband:kept:";
const MONTH = 30 * 24 * 3600 * 1000;
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));

export class DeviceCopy {
  #record; #owner; #open; #key; #name; #storage; #tab; #running = null; #next = null; #writes = 0;

  /**
   * @param {{record: string, owner: {id: string, device_key: string}, open: string}} props `record` names what is kept, `open` is the
   *   page that goes on with it. Neither says anything of a patient.
   */
  constructor({ record, owner, open }) {
    this.#record = record;
    this.#owner = owner;
    this.#open = open;
    this.#storage = globalThis.crypto?.subtle ? localStorage : sessionStorage;
  }

  /** Copies of this record by this person that no living tab holds, oldest first; they are this tab's from now on. */
  async adopt() {
    await this.#begin();
    const found = [];
    for (const { name, entry } of await keptBy(this.#owner.id, this.#storage)) {
      if (entry.record !== this.#record || (name !== this.#name && await isHeld(entry.tab))) continue;
      const value = await this.#opened(entry);
      if (value) found.push({ value, at: entry.at, name });
    }
    found.sort((a, b) => a.at - b.at);
    this.#adopted = found.map(({ name }) => name).filter((name) => name !== this.#name);
    return found.map(({ value }) => value);
  }

  #adopted = [];

  /** Keep the newest value; a call while one is being written replaces the one that waits. */
  keep(value) {
    this.#next = { value };
    this.#running ??= this.#drain();
    return this.#running;
  }

  /** Everything is on the server: nothing stays here. */
  clear() {
    this.#next = null;
    this.#writes += 1;
    for (const name of [this.#name, ...this.#adopted]) if (name) this.#storage.removeItem(name);
    this.#adopted = [];
  }

  async #begin() {
    if (this.#name) return;
    this.#tab = await tabOfItsOwn();
    this.#name = `${PREFIX}${this.#record}:${this.#tab}`;
    if (this.#storage === localStorage) this.#key = await crypto.subtle.importKey(
      "raw", bytes(this.#owner.device_key), "AES-GCM", false, ["encrypt", "decrypt"],
    );
  }

  async #drain() {
    await this.#begin();
    while (this.#next) {
      const [{ value }, write] = [this.#next, this.#writes];
      this.#next = null;
      const sealed = await this.#sealed(value);
      if (write === this.#writes) this.#put(sealed); // cleared in the meantime: not brought back
    }
    this.#running = null;
  }

  #put(sealed) {
    const entry = { record: this.#record, by: this.#owner.id, tab: this.#tab, open: this.#open, at: Date.now(), ...sealed };
    try {
      this.#storage.setItem(this.#name, JSON.stringify(entry));
    } catch { /* the store is full or closed: what is in memory and the warning before leaving remain */ }
  }

  async #sealed(value) {
    const plain = JSON.stringify(value);
    if (!this.#key) return { plain };
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, new TextEncoder().encode(plain));
    return { iv: text(iv), data: text(data) };
  }

  /** null when it cannot be read: another person's key, or not ours. */
  async #opened({ plain, iv, data }) {
    try {
      if (!this.#key) return JSON.parse(plain);
      const decrypted = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(iv) }, this.#key, bytes(data));
      return JSON.parse(new TextDecoder().decode(decrypted));
    } catch {
      return null;
    }
  }
}

/** Everything a person left on this device, newest first; copies older than a month are taken away. */
export async function keptBy(person, storage = localStorage) {
  const found = [];
  for (const name of Object.keys(storage).filter((key) => key.startsWith(PREFIX))) {
    const entry = parsed(storage.getItem(name));
    if (!entry || Date.now() - entry.at > MONTH) storage.removeItem(name);
    else if (entry.by === person) found.push({ name, entry });
  }
  return found.sort((a, b) => b.entry.at - a.entry.at);
}

/** Whether a tab that holds such a copy is alive. */
export async function isHeld(tab) {
  const { held } = await (navigator.locks?.query() ?? { held: [] });
  return held.some(({ name }) => name === lockOf(tab));
}

const lockOf = (tab) => `${PREFIX}${tab}`;

/** The same after a reload; another one when this tab was duplicated, because the first still holds its lock. */
async function tabOfItsOwn() {
  const known = sessionStorage.getItem(`${PREFIX}tab`);
  if (known && await hold(known)) return known;
  const tab = crypto.getRandomValues(new Uint32Array(2)).join("-");
  sessionStorage.setItem(`${PREFIX}tab`, tab);
  await hold(tab);
  return tab;
}

/** Held until the page is gone. */
function hold(tab) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(lockOf(tab), { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock && new Promise(() => {});
    });
  });
}

function parsed(stored) {
  try {
    return JSON.parse(stored);
  } catch {
    return null;
  }
}
