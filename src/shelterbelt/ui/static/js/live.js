// Says on an open list that it has changed. What changed is not written into the page: the reader loads it when they want.
export function startLive() {
  for (const notice of document.querySelectorAll("[data-live]")) {
    const news = new EventSource(notice.dataset.live, { withCredentials: true });
    news.addEventListener("board", () => {
      notice.hidden = false;
      news.close();
    });
    addEventListener("pagehide", () => news.close());
  }
}
