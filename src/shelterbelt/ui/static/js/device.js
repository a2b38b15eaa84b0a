// A device opens the place without words. Without scripts, or where a browser cannot do it, the words remain.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const no = document.querySelector("[data-device-no]");

function told(made) {
  const response = {};
  for (const name of ["attestationObject", "clientDataJSON", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  const id = text(made.rawId);
  return JSON.stringify({ id, rawId: id, type: made.type, response, clientExtensionResults: {} });
}

async function make(form) {
  const { publicKey } = JSON.parse(form.dataset.deviceMade);
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.user.id = bytes(publicKey.user.id);
  return navigator.credentials.create({ publicKey });
}

async function open(form) {
  const answer = await fetch(form.getAttribute("action"), { headers: { Accept: "application/json" }, cache: "no-store", credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error();
  const { publicKey } = await answer.json();
  publicKey.challenge = bytes(publicKey.challenge);
  return navigator.credentials.get({ publicKey });
}

function start(form, ask) {
  form.hidden = false;
  if (no) no.hidden = true;
  form.querySelector("button").addEventListener("click", async () => {
    if (no) no.hidden = true;
    try {
      form.elements.k.value = told(await ask(form));
      form.submit();
    } catch {
      // Nobody said yes, or there is nothing on the device: the words remain.
      if (no) no.hidden = false;
    }
  });
}

if (globalThis.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("[data-device-made]")) start(form, make);
  for (const form of document.querySelectorAll("[data-device-opens]")) start(form, open);
}
