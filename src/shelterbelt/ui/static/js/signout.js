// Signing out takes unsent text and its key off this device, after asking when there is some.
import { drafts } from "./draft.js";
import { anything, forgetAll } from "./kept.js";

async function leave(form) {
  await Promise.race([Promise.all([...drafts].map((one) => one.send())), new Promise((go) => setTimeout(go, 2000))]);
  const unsent = [...drafts].some((one) => !one.clean) || (await anything().catch(() => false));
  if (unsent && form.dataset.unsent && !confirm(form.dataset.unsent)) return;
  await forgetAll();
  form.submit();
}

export function startSignOut() {
  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(form);
    });
  }
}
