// Keeps unsent text on this device, sealed under a key that no script can read out. It never keeps what the server has.
const NAME = "kept";
const WAIT = 1500;
let opened = null;
// Set when everything is deleted: a page that is being left must not keep its text again.
let shut = false;

export const canKeep = Boolean(globalThis.indexedDB && globalThis.crypto?.subtle);

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys");
      request.result.createObjectStore("texts");
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      // Another tab signs out: let go at once, so that everything can be deleted.
      database.onversionchange = () => {
        database.close();
        opened = null;
      };
      resolve(database);
    };
  });
  return opened;
}

const table = async (name, mode) => (await open()).transaction(name, mode).objectStore(name);

async function key() {
  const found = await settled((await table("keys", "readonly")).get("key"));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const keys = await table("keys", "readwrite");
  // Two tabs may have made one at the same time: the first stays.
  const first = await settled(keys.get("key"));
  if (first) return first;
  await settled(keys.put(made, "key"));
  return made;
}

async function label(address) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(address));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function keep(address, value) {
  if (shut) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const id = await label(address);
  const about = new TextEncoder().encode(id);
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: about }, await key(), plain);
  if (shut) return;
  await settled((await table("texts", "readwrite")).put({ iv, sealed }, id));
}

export async function recall(address) {
  const id = await label(address);
  const row = await settled((await table("texts", "readonly")).get(id));
  if (!row) return null;
  try {
    const about = new TextEncoder().encode(id);
    const how = { name: "AES-GCM", iv: row.iv, additionalData: about };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await key(), row.sealed)));
  } catch {
    await forget(address);
    return null;
  }
}

export async function forget(address) {
  if (shut) return;
  await settled((await table("texts", "readwrite")).delete(await label(address)));
}

export async function anything() {
  return canKeep && (await settled((await table("texts", "readonly")).count())) > 0;
}

export async function forgetAll() {
  if (!canKeep) return;
  shut = true;
  const database = await open().catch(() => null);
  database?.close();
  opened = null;
  const gone = new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = resolve;
  });
  await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, WAIT))]);
}
