// Reads a form's fields as they would be posted, and writes values back. Files and passwords are never read.
const LEFT_OUT = new Set(["file", "password", "submit", "button", "reset", "image"]);
const OURS = new Set(["csrfmiddlewaretoken", "revision"]);

const controls = (form) =>
  Array.from(form.elements).filter((one) => one.name && !LEFT_OUT.has(one.type) && !OURS.has(one.name));
const many = (control) => Boolean(control.closest("[data-many]"));

// One choice out of many is posted as a text; nothing chosen is posted as nothing.
export function plain(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.length > 1 ? value.map(String).sort() : plain(value[0]);
  return String(value).replace(/\r\n?/g, "\n");
}

export const same = (one, other) => JSON.stringify(plain(one)) === JSON.stringify(plain(other));

function value_of(control, before) {
  if (control.type === "radio") return control.checked ? control.value : (before ?? "");
  if (control.type !== "checkbox") return control.value;
  if (many(control)) return [...(before ?? []), ...(control.checked ? [control.value] : [])];
  return control.checked ? control.value : "";
}

// What the writer can change; `read(form, true)` is all that would be posted.
export function read(form, hidden = false) {
  const values = {};
  for (const control of controls(form).filter((one) => hidden || one.type !== "hidden")) {
    values[control.name] = value_of(control, values[control.name]);
  }
  return values;
}

export function write(form, name, value) {
  const chosen = (Array.isArray(value) ? value : [value]).map((one) => String(one ?? ""));
  for (const control of controls(form).filter((one) => one.name === name)) {
    if (control.type === "radio" || (control.type === "checkbox" && many(control))) {
      control.checked = chosen.includes(control.value);
    } else if (control.type === "checkbox") {
      control.checked = Boolean(chosen[0]);
    } else if (!same(control.value, value)) {
      control.value = chosen[0];
    }
  }
}

export function nameOf(form, name) {
  const group = controls(form).find((one) => one.name === name)?.closest("[data-field]");
  return group?.querySelector("legend, label")?.textContent.trim() || name;
}

export function shown(form, name, value) {
  if (plain(value) === "") return "–";
  const chosen = new Set((Array.isArray(value) ? value : [value]).map(String));
  const boxes = controls(form).filter((one) => one.name === name && ["radio", "checkbox"].includes(one.type));
  if (!boxes.length) return String(value);
  const ticked = boxes.filter((one) => chosen.has(one.value));
  return ticked.map((one) => one.labels?.[0]?.textContent.trim() || one.value).join(", ");
}
