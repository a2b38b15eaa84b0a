// Another app or tab comes to the front: the picture that the device keeps of this page is an empty one.
(function () {
  var root = document.documentElement;
  function look() {
    root.classList.toggle("sb-away", document.visibilityState === "hidden");
  }
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", function () {
    root.classList.add("sb-away");
  });
  addEventListener("pageshow", look);
})();
