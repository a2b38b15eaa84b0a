// Runs before anything is drawn: a public page that was left by its exit button and is come back to stays blank.
(function () {
  try {
    var entry = performance.getEntriesByType("navigation")[0];
    var back = entry && entry.type !== "navigate";
    if (sessionStorage.getItem("v") === "1" && back) {
      document.documentElement.classList.add("sb-left");
    } else {
      sessionStorage.removeItem("v");
    }
  } catch (ignored) {}
})();
