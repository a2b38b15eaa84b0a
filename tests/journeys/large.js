// What cannot be read on a narrow screen in large type: what is too wide, cut off, or did not grow with the rest.
() => {
  const faults = [];
  const said = (here) => `<${here.tagName.toLowerCase()} ${here.className}> ${(here.innerText || here.value || "").slice(0, 40)}`;
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} px wide`);
  // Only a table may be wider than the screen, and then it is scrolled in a place of its own.
  const scrolled = (here) => {
    for (let one = here; one; one = one.parentElement)
      if (/auto|scroll/.test(getComputedStyle(one).overflowX) && one.querySelector("table")) return true;
    return false;
  };
  const spills = (here, box) => {
    const range = document.createRange();
    const own = [...here.childNodes].filter((one) => one.nodeType === 3 && one.data.trim());
    return own.some((one) => {
      range.selectNode(one);
      return [...range.getClientRects()].some((line) => line.right > box.right + 1);
    });
  };
  const aside = (here) => here.closest(".govuk-visually-hidden, .govuk-skip-link, [hidden]");
  for (const here of document.body.querySelectorAll("*")) {
    if (!here.checkVisibility({ visibilityProperty: true }) || aside(here) || scrolled(here)) continue;
    const box = here.getBoundingClientRect();
    if (box.width && (box.right > root.clientWidth + 1 || box.left < -1)) faults.push(`beyond the screen: ${said(here)}`);
    const look = getComputedStyle(here);
    const cut = /hidden|clip/.test(look.overflowX) && here.scrollWidth > here.clientWidth + 1;
    const low = /hidden|clip/.test(look.overflowY) && here.scrollHeight > here.clientHeight + 1;
    // A field holds more than it shows, and scrolls as one types.
    if ((cut || low) && !/INPUT|SELECT|TEXTAREA/.test(here.tagName)) faults.push(`cut off: ${said(here)}`);
    const text = [...here.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (text && look.display !== "inline" && look.whiteSpace !== "pre-wrap" && spills(here, box)) faults.push(`runs out of its box: ${said(here)}`);
    if ((text || /INPUT|SELECT|TEXTAREA/.test(here.tagName)) && parseFloat(look.fontSize) < 28)
      faults.push(`stays small (${look.fontSize}): ${said(here)}`);
  }
  return [...new Set(faults)];
}
