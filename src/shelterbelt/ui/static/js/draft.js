// Saves a form as it is written. One request at a time, each on the revision that the last answer gave,
// so that an older answer never overwrites newer text, and two writers are told of each other.
import { Banner } from "./banner.js";
import { plain, read, same, write } from "./fields.js";
import { canKeep, forget, keep, recall } from "./kept.js";

const PAUSE = 600;
// Not at once: a banner that appears while a button is being pressed would move it from under the finger.
const BLUR = 300;
const AGAIN = 5000;
const PATIENCE = 15000;

export const drafts = new Set();

class Draft {
  constructor(form, banner) {
    this.form = form;
    this.banner = banner;
    this.address = form.dataset.draft;
    this.place = `${this.address} ${form.dataset.draftBy ?? ""}`;
    this.revision = Number(form.dataset.revision ?? this.hidden?.value ?? 0);
    this.others = {};
    this.base = read(form);
    this.state = "fine";
    this.under_way = null;
    this.timer = 0;
    this.keeping = Promise.resolve();
  }

  async start() {
    this.listen();
    drafts.add(this);
    await this.restore().catch(() => {});
  }

  listen() {
    this.form.addEventListener("input", () => this.changed(PAUSE));
    this.form.addEventListener("change", () => this.changed(PAUSE));
    this.form.addEventListener("focusout", () => this.changed(BLUR));
    this.form.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leaving();
      else if (this.state !== "conflict") this.changed(0);
    });
    addEventListener("pagehide", () => this.leaving());
    addEventListener("online", () => this.changed(0));
    addEventListener("offline", () => this.lost("offline"));
  }

  // What differs from what the server is known to have.
  get unsent() {
    const now = read(this.form);
    return Object.fromEntries(Object.entries(now).filter(([name, value]) => !same(value, this.base[name])));
  }

  get clean() {
    return Object.keys(this.unsent).length === 0;
  }

  changed(after) {
    if (this.state === "conflict") return;
    if (this.state !== "fine") this.keepHere();
    clearTimeout(this.timer);
    if (this.clean && !this.under_way) {
      if (this.state === "offline" || this.state === "trouble") this.acknowledged(null);
      return;
    }
    this.timer = setTimeout(() => this.send(), after);
  }

  leaving() {
    if (this.clean) return;
    this.keepHere();
    if (!this.under_way && this.state === "fine") this.send();
  }

  // Resolves to true when the server has everything that was typed.
  async send() {
    clearTimeout(this.timer);
    while (this.under_way) await this.under_way;
    const fields = this.unsent;
    if (this.state === "conflict") return false;
    if (!Object.keys(fields).length) return this.state === "fine";
    // The whole form goes, as a post would send it: what one save says never depends on an earlier one.
    this.under_way = this.exchange({ ...this.others, ...read(this.form, true) });
    const went_well = await this.under_way.finally(() => (this.under_way = null));
    return went_well && (this.clean || (await this.send()));
  }

  async exchange(fields) {
    if (this.state === "fine") this.banner.saving();
    let answer;
    try {
      answer = await fetch(this.address, {
        method: "PUT",
        redirect: "manual",
        cache: "no-store",
        keepalive: JSON.stringify(fields).length < 50000,
        signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ revision: this.revision, fields }),
      });
    } catch {
      return this.lost("offline");
    }
    return this.heard(answer, fields);
  }

  get token() {
    return this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  async heard(answer, fields) {
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return this.lost("signedOut");
    if (answer.status === 404) return this.lost("refused");
    if (answer.status >= 500 || answer.status === 429) return this.lost("trouble");
    const told = await answer.json().catch(() => null);
    if (answer.status === 409 && told) return this.differs(told, fields);
    if (!answer.ok) return this.lost("unread");
    if (!told || told.revision === undefined) return this.lost("trouble");
    Object.assign(this.base, fields);
    this.on(told.revision);
    this.acknowledged(told.saved_at);
    return true;
  }

  on(revision) {
    this.revision = Number(revision);
    this.form.dataset.revision = String(revision);
    if (this.hidden) this.hidden.value = String(revision);
  }

  get hidden() {
    return this.form.querySelector("input[type=hidden][name=revision]");
  }

  acknowledged(at) {
    this.state = "fine";
    if (at) this.banner.saved(at);
    else this.banner.hide();
    if (!this.clean) return this.keepHere();
    if (canKeep) this.keeping = this.keeping.then(() => forget(this.place)).catch(() => {});
    // Somebody else added what this page has no field for: now that all is saved, show it.
    if (Object.keys(this.others).length) this.keeping.then(() => location.reload());
  }

  // Not saved: say why, keep what was typed, and try again where that can help.
  lost(why) {
    if (this.clean && why === "offline") return false;
    this.state = why;
    this.banner.say(why === "offline" && !canKeep ? "onlyHere" : why);
    this.keepHere();
    clearTimeout(this.timer);
    if (["offline", "trouble"].includes(why)) this.timer = setTimeout(() => this.send(), AGAIN);
    return false;
  }

  keepHere() {
    if (!canKeep) return;
    this.keeping = this.keeping
      .then(() => {
        const fields = this.unsent;
        const base = Object.fromEntries(Object.keys(fields).map((name) => [name, this.base[name]]));
        const nothing = !Object.keys(fields).length;
        return nothing ? forget(this.place) : keep(this.place, { fields, base, revision: this.revision });
      })
      .catch(() => {
        if (this.state === "offline") this.banner.say("onlyHere");
      });
  }

  async restore() {
    if (!canKeep) return;
    const kept = await recall(this.place);
    if (!kept) return;
    for (const [name, value] of Object.entries(kept.fields)) {
      // Where the server has other text than when this was typed, its answer will say so.
      if (!same(read(this.form)[name], this.base[name])) continue;
      write(this.form, name, value);
      this.base[name] = kept.base[name];
    }
    this.revision = Math.min(this.revision, kept.revision);
    await this.send();
  }

  // Somebody else saved in between. Fields that only one of the two changed are simply brought together.
  async differs(told, fields) {
    if (!told.fields || Number(told.revision) === this.revision) return this.lost("trouble");
    const theirs = this.compare(told.fields);
    if (Object.keys(theirs).length) {
      this.state = "conflict";
      this.keepHere();
      this.banner.conflict(told.by, theirs, (mine) => this.decide(mine, theirs, told.revision));
      return false;
    }
    this.on(told.revision);
    this.state = "fine";
    // The answer to an earlier save was lost: the server has it already.
    const had = Object.keys(fields).every((name) => same(told.fields[name], fields[name]));
    if (had || this.clean) this.acknowledged(told.saved_at ?? null);
    return true;
  }

  // The fields that both changed, each to something else. `told` is all that the server has; what is empty is left out.
  compare(told) {
    const mine = read(this.form);
    const posted = read(this.form, true);
    const theirs = {};
    for (const name of Object.keys(told).filter((one) => !(one in posted))) this.others[name] = told[name];
    for (const name of Object.keys(mine)) {
      const value = plain(told[name]);
      const changed = !same(value, this.base[name]);
      const wrote = !same(mine[name], this.base[name]);
      if (changed && wrote && !same(value, mine[name])) theirs[name] = value;
      else if (changed && !wrote) write(this.form, name, value);
      if (!(name in theirs)) this.base[name] = value;
    }
    return theirs;
  }

  decide(mine, theirs, revision) {
    for (const [name, value] of Object.entries(theirs)) {
      if (!mine) write(this.form, name, value);
      this.base[name] = value;
    }
    this.on(revision);
    this.state = "fine";
    this.acknowledged(null);
    this.changed(0);
  }

  async submitted(event) {
    if (this.passing) return;
    if (!this.under_way && this.clean && navigator.onLine) return;
    event.preventDefault();
    const { submitter } = event;
    const saved = await this.send();
    if (saved || (this.state === "unread" && navigator.onLine) || (this.state === "fine" && navigator.onLine)) {
      this.passing = true;
      this.form.requestSubmit(submitter);
      this.passing = false;
      return;
    }
    if (!navigator.onLine && this.clean) this.banner.say("keptSubmit");
    else if (["offline", "trouble"].includes(this.state)) this.banner.say(this.state, "keptSubmit");
    this.banner.box.scrollIntoView({ block: "nearest" });
  }
}

export function startDrafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const banner = new Banner(form);
    if (banner.there) new Draft(form, banner).start();
  }
}
