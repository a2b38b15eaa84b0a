// Watches a page while it is walked by Tab. Answers how many stops there are; window.keyboardFaults() says what was wrong.
() => {
  const shown = (here) => here.checkVisibility({ visibilityProperty: true }) && here.getClientRects().length > 0;
  const said = (here) =>
    `<${here.tagName.toLowerCase()} ${here.id || here.name || ""}> ${(here.innerText || here.value || "").slice(0, 40)}`;
  // Of a group of answers one is a stop: the chosen one, else the first.
  const lead = (here) => {
    if (here.type !== "radio") return here;
    const group = [...document.getElementsByName(here.name)].filter((one) => one.form === here.form);
    return group.find((one) => one.checked) ?? group[0];
  };
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const stops = [...document.querySelectorAll(controls)].filter(
    (here) => !here.disabled && shown(here) && lead(here) === here,
  );
  // What changes when the focus is seen: the control itself, or the mark that is drawn beside it.
  const mark = (here) => {
    const beside = here.labels?.[0];
    const looks = [getComputedStyle(here), ...(beside ? [getComputedStyle(beside, "::before")] : [])];
    return looks
      .map((look) => {
        const line = look.outlineStyle === "none" || look.outlineColor.endsWith(", 0)") ? "" : look.outline;
        const edge = /[1-9]/.test(look.borderWidth) ? `${look.borderWidth} ${look.borderColor}` : "";
        return [line, look.boxShadow, look.backgroundColor, edge].join("|");
      })
      .join("||");
  };
  const before = new Map(stops.map((here) => [here, mark(here)]));
  const reached = new Set();
  const faults = [];
  let last = null;
  const covered = (here) => {
    // Words that run on over two lines are two boxes: the first is looked at.
    const [box] = (here.labels?.[0] && here.type !== "text" ? here.labels[0] : here).getClientRects();
    const [x, y] = [box.left + Math.min(box.width / 2, 30), box.top + Math.min(box.height / 2, 12)];
    if (y < 0 || y > innerHeight || x < 0 || x > innerWidth) return true;
    const top = document.elementFromPoint(x, y);
    return !(top && (here.contains(top) || top.contains(here) || here.labels?.[0]?.contains(top)));
  };
  const look = () => {
    const here = document.activeElement;
    const stays = here === last;
    last = here;
    if (!here || here === document.body) return;
    // A field for a time of day is several stops of one element.
    if (stays && here.type !== "time") faults.push(`Tab does not leave it: ${said(here)}`);
    if (reached.has(here)) return;
    reached.add(here);
    const known = before.get(here);
    if (known !== undefined && known === mark(here)) faults.push(`no focus is seen: ${said(here)}`);
    if (covered(here)) faults.push(`something lies over it: ${said(here)}`);
  };
  // Whether what is announced as a button is pressed by Space, as a button is; the press itself goes nowhere.
  const pressed = (here) => {
    let seen = false;
    const stopped = (event) => {
      seen = true;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    addEventListener("click", stopped, true);
    here.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true }));
    removeEventListener("click", stopped, true);
    return seen;
  };
  if (document.activeElement !== document.body) document.activeElement.blur();
  addEventListener("keydown", look, true);
  window.keyboardFaults = () => {
    removeEventListener("keydown", look, true);
    look();
    for (const here of stops) if (here.role === "button" && !pressed(here)) faults.push(`Space does not press it: ${said(here)}`);
    return [...new Set(faults), ...stops.filter((here) => !reached.has(here)).map((here) => `not reached: ${said(here)}`)];
  };
  // A field for a time of day is several stops.
  return stops.length + 4 * stops.filter((here) => here.type === "time").length;
}
