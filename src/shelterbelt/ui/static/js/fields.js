// Reads a form's fields as values and writes values back. Files, hidden fields and passwords are never read.
const LEFT_OUT = new Set(["file", "hidden", "password", "submit", "button", "reset", "image"]);

const controls = (form) => Array.from(form.elements).filter((one) => one.name && !LEFT_OUT.has(one.type));
const many = (control) => Boolean(control.closest("[data-many]"));

export function plain(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(String).sort();
  return typeof value === "string" ? value.replace(/\r\n?/g, "\n") : value;
}

export const same = (one, other) => JSON.stringify(plain(one)) === JSON.stringify(plain(other));

export function read(form) {
  const values = {};
  for (const control of controls(form)) {
    const { name, type } = control;
    if (type === "radio") {
      values[name] = control.checked ? control.value : (values[name] ?? "");
    } else if (type === "checkbox" && many(control)) {
      values[name] = [...(values[name] ?? []), ...(control.checked ? [control.value] : [])];
    } else if (type === "checkbox") {
      values[name] = control.checked;
    } else {
      values[name] = control.value;
    }
  }
  return values;
}

export function write(form, name, value) {
  for (const control of controls(form).filter((one) => one.name === name)) {
    if (control.type === "radio") {
      control.checked = control.value === String(value ?? "");
    } else if (control.type === "checkbox") {
      control.checked = Array.isArray(value) ? value.map(String).includes(control.value) : Boolean(value);
    } else if (!same(control.value, value)) {
      control.value = String(value ?? "");
    }
  }
}

export function nameOf(form, name) {
  const group = controls(form).find((one) => one.name === name)?.closest("[data-field]");
  return group?.querySelector("legend, label")?.textContent.trim() || name;
}

export function shown(form, name, value) {
  if (value === true) return "✓";
  if (value === false || value === "" || value === null || value === undefined) return "–";
  const chosen = new Set((Array.isArray(value) ? value : [value]).map(String));
  const boxes = controls(form).filter((one) => one.name === name && ["radio", "checkbox"].includes(one.type));
  if (!boxes.length) return String(value);
  const ticked = boxes.filter((one) => chosen.has(one.value));
  return ticked.map((one) => one.labels?.[0]?.textContent.trim() || one.value).join(", ");
}
