// Starts what a page has on it. A page works without any of this.
import { Button, CharacterCount, Checkboxes, ErrorSummary, Radios, SkipLink, createAll } from "../built/govuk-frontend.min.js";
import { startDrafts } from "./draft.js";
import { startLive } from "./live.js";
import { startOnce } from "./once.js";
import { startRefresh } from "./refresh.js";
import { startSignOut } from "./signout.js";

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, Radios, SkipLink]) {
  createAll(component);
}
startDrafts();
startLive();
startOnce();
startRefresh();
startSignOut();

// A page that the browser kept in memory may show what its reader may no longer see.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
