// Brings a region up to date while something is still on its way, and stops when the server says that it has come.
const MOST = 20;

async function again(region, tries) {
  if (!region.isConnected || tries > MOST) return;
  const wait = Number(region.dataset.refresh || 3) * 1000 * (tries > 5 ? 3 : 1);
  await new Promise((resolve) => setTimeout(resolve, wait));
  if (document.hidden || region.contains(document.activeElement)) return again(region, tries + 1);
  try {
    const how = { headers: { "X-Refresh": region.id }, redirect: "error", cache: "no-store" };
    const answer = await fetch(region.dataset.refreshFrom || location.href, how);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(region.id);
    if (!fresh) return;
    if (fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
    if (!fresh.hasAttribute("data-refresh")) return region.removeAttribute("data-refresh");
  } catch {
    // The line is down: the next try may find it up.
  }
  return again(region, tries + 1);
}

export function startRefresh() {
  for (const region of document.querySelectorAll("[data-refresh][id]")) again(region, 1);
}
