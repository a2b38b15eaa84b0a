// Says on an open list that it has changed, and the reader loads it when they want; or brings a part of the page up to date
// by itself, where it says so, as somebody waits for it.
const OFTEN = 30000;

export function startLive() {
  for (const notice of document.querySelectorAll("[data-live]")) {
    const news = listening(notice.dataset.live);
    news.addEventListener("board", () => {
      notice.hidden = false;
      news.close();
    });
  }
  for (const region of document.querySelectorAll("[data-live-region][id]")) {
    listening(region.dataset.liveRegion).addEventListener("watch", () => renew(region));
    // What stands there grows old though nothing happens, and a line may be down without anybody's knowing.
    const again = setInterval(() => document.hidden || renew(region), OFTEN);
    addEventListener("pagehide", () => clearInterval(again));
  }
}

function listening(address) {
  const news = new EventSource(address, { withCredentials: true });
  addEventListener("pagehide", () => news.close());
  return news;
}

async function renew(region) {
  if (region.contains(document.activeElement)) return;
  try {
    const how = { headers: { "X-Refresh": region.id }, redirect: "error", cache: "no-store" };
    const answer = await fetch(location.href, how);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(region.id);
    if (fresh && fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
  } catch {
    // The line is down: the next try may find it up.
  }
}
