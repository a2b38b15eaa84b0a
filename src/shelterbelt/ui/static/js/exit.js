// Exit this page: GOV.UK's component, whose cover stands until the new page shows, and a blank page for who comes back.
import { Button, ExitThisPage, createAll, isSupported } from "../built/govuk-frontend.min.js";

// A press that has not gone out yet (now.js): a random word and a time, which leave by themselves.
const WAITS = "q";

// What somebody asked to keep on this device, named in the page (data-keeps); all else that a page stored goes.
function forget(named) {
  const keeps = [...named, WAITS];
  sessionStorage.clear();
  for (const key of Object.keys(localStorage)) if (!keeps.includes(key)) localStorage.removeItem(key);
}

export class Exit extends ExitThisPage {
  exitPage() {
    if (this.left) return;
    this.left = true;
    try {
      forget((document.body.dataset.keeps ?? "").split(" "));
      // Tab-wide, without meaning, and only after leaving: how a page that is come back to knows to stay blank.
      sessionStorage.setItem("v", "1");
    } catch {
      // Storage is switched off; the cover and the new page work without it.
    }
    history.replaceState(null, "", location.pathname);
    super.exitPage();
  }

  // The first pageshow may come after the button was pressed on a slow line: the cover must outlast it.
  resetPage() {
    if (!this.left) super.resetPage();
  }
}

const root = document.querySelector('[data-module="govuk-exit-this-page"]');
if (root && isSupported()) {
  new Exit(root);
  // The way out is announced as a button: Space presses it too.
  createAll(Button, undefined, root);
}
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.body.replaceChildren();
  location.reload();
});
