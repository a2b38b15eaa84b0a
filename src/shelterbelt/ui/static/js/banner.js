// Says whether what was typed is saved: one plain line when it is, one plain banner when it is not.
import { nameOf, shown } from "./fields.js";

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};

export class Banner {
  constructor(form) {
    this.form = form;
    const within = form.closest("main") ?? document;
    this.box = within.querySelector("[data-unsaved]");
    this.line = within.querySelector("[data-saved]");
  }

  get there() {
    return Boolean(this.box && this.line);
  }

  saving() {
    this.line.textContent = this.line.dataset.saving;
  }

  saved(at) {
    this.hide();
    const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const moment = new Date(at);
    const clock = Number.isNaN(moment.valueOf()) ? "" : moment.toLocaleTimeString(document.documentElement.lang, how);
    this.line.textContent = `${this.line.dataset.savedAt} ${clock}`.trim();
  }

  hide() {
    this.box.hidden = true;
    this.box.dataset.shows = "";
    this.box.replaceChildren();
  }

  say(what, extra = "") {
    this.line.textContent = "";
    // A further try that fails takes nothing back of what was said about the button.
    if ([what + extra, `${what}keptSubmit`].includes(this.box.dataset.shows)) return;
    this.box.dataset.shows = what + extra;
    this.box.replaceChildren(element("p", this.box.dataset[what]));
    if (extra) this.box.append(element("p", this.box.dataset[extra]));
    this.box.hidden = false;
  }

  conflict(by, theirs, decide) {
    const words = this.box.dataset;
    this.line.textContent = "";
    words.shows = "conflict";
    this.box.replaceChildren(element("p", words.conflict));
    if (by) this.box.append(element("p", `${words.conflictBy} ${by}.`));
    for (const [name, value] of Object.entries(theirs)) {
      const part = element("p");
      const told = element("bdi", shown(this.form, name, value));
      told.dir = "auto";
      part.append(element("strong", nameOf(this.form, name)), element("br"), `${words.theirs} `, told);
      this.box.append(part);
    }
    const choice = element("div", "", "sb-unsaved__choice");
    const answers = Object.keys(theirs).length ? ["keepMine", "takeTheirs"] : [];
    for (const answer of answers) {
      const button = element("button", words[answer], "govuk-button govuk-button--secondary");
      button.type = "button";
      button.addEventListener("click", () => decide(answer === "keepMine"));
      choice.append(button);
    }
    this.box.append(choice);
    this.box.hidden = false;
    this.box.scrollIntoView({ block: "nearest" });
  }
}
