// A button that is pressed once is never lost: what could not be sent waits on this device as a random word and a time.
const KEY = "q";
const DOOR = "/n/c/";
const AGAIN = 4000;
const STILL_HELD = 5000;
let memory = [];

function kept() {
  try {
    memory = JSON.parse(localStorage.getItem(KEY) || "[]");
  } catch {
    // Storage is switched off: it waits in this page alone.
  }
  return memory;
}

function keep(list) {
  memory = list;
  try {
    if (list.length) localStorage.setItem(KEY, JSON.stringify(list));
    else localStorage.removeItem(KEY);
  } catch {
    // The same.
  }
}

async function knock(told) {
  const body = new URLSearchParams(told);
  const how = { method: "POST", body, cache: "no-store", credentials: "omit", keepalive: true, redirect: "error" };
  const answer = await fetch(DOOR, how);
  if (!answer.ok) throw new Error();
  return answer.json();
}

const region = document.querySelector("[data-now-state]");
const words = document.querySelector("[data-now-words]");
const button = document.querySelector("[data-now]");
const code = document.querySelector("[data-now-code]");
const shared = document.querySelector("[data-share]");
let held = 0;
let typed = "";
let pressed = false;
const follows = [];
const over = new Set();

function say(letter, more) {
  const word = words && words.querySelector(`[data-word="${letter}"]`);
  if (!region || !word) return;
  const box = region.closest("[data-now-queue]");
  if (box) box.hidden = false;
  const text = word.textContent + (more ? ` (${more})` : "");
  if (region.textContent !== text) region.textContent = text;
}

async function send() {
  for (const [token, at] of kept()) {
    const told = { d: "p", b: token, a: String(Date.now() - at) };
    if (typed && button && token === button.dataset.now) told.c = typed;
    try {
      const found = await knock(told);
      keep(kept().filter((line) => line[0] !== token));
      if (button) heard(found, token, told.c);
      else say(found.s);
    } catch {
      say("q");
    }
  }
}

async function look() {
  if (!button || !pressed || kept().length) return;
  try {
    const told = { d: held ? "k" : "s", b: button.dataset.now };
    // A code that could not be sent goes with the next look.
    if (typed) told.c = typed;
    heard(await knock(told), told.b, told.c);
  } catch {
    say("q");
  }
}

// A code that overtook its press goes with it, and is answered all the same. What is answered late, of a button that is
// used up, says nothing any more.
function heard(found, token, said) {
  if (said && said === typed) typed = "";
  if (over.has(token)) return;
  if (said && found.c === false) say("w");
  else show(found, token);
}

function show(found, token) {
  say(found.s, found.s === "h" && !held ? String(found.l ?? "") : "");
  if (code) code.hidden = !("hsua".includes(found.s) && !held);
  if (!"cex".includes(found.s)) return;
  pressed = false;
  over.add(token);
  follows.splice(0).forEach((watch) => navigator.geolocation.clearWatch(watch));
  // This button is used up: the next press is another one.
  if (found.n) button.dataset.now = found.n;
  else button.hidden = true;
}

function down() {
  if (pressed) return;
  pressed = true;
  held = setInterval(look, STILL_HELD);
  keep([...kept(), [button.dataset.now, Date.now()]]);
  say("h");
  send();
  if (button.dataset.place) follow(button.dataset.now);
}

function up() {
  if (!held) return;
  clearInterval(held);
  held = 0;
  if (code) {
    code.hidden = false;
    code.querySelector("input[name=code]").focus();
  }
  look();
}

function follow(token) {
  if (!navigator.geolocation) return;
  const tell = ({ coords }) =>
    knock({ d: "f", b: token, y: coords.latitude, x: coords.longitude, r: coords.accuracy }).catch(() => {});
  const watch = navigator.geolocation.watchPosition(tell, () => {}, { enableHighAccuracy: true, maximumAge: 15000 });
  follows.push(watch);
}

if (button) {
  const key = button.querySelector("button");
  key.addEventListener("pointerdown", down);
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) key.addEventListener(end, up);
  key.addEventListener("keydown", (event) => {
    if ((event.key === " " || event.key === "Enter") && !event.repeat) down();
  });
  key.addEventListener("keyup", up);
  key.addEventListener("contextmenu", (event) => event.preventDefault());
  // A screen reader presses without holding.
  button.addEventListener("submit", (event) => {
    event.preventDefault();
    down();
    up();
  });
}

if (code) {
  code.addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = code.querySelector("input[name=code]");
    typed = input.value;
    input.value = "";
    if (kept().length) return send();
    try {
      const said = typed;
      const token = button.dataset.now;
      heard(await knock({ d: "s", b: token, c: said }), token, said);
    } catch {
      say("q");
    }
  });
}

if (shared) follow(shared.dataset.share);
addEventListener("online", send);
setInterval(() => {
  if (kept().length) send();
  else if (!held) look();
}, AGAIN);
if (kept().length) send();
