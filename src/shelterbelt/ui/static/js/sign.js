// Signing on the screen: strokes become points in a hidden field. Without this, names are typed or papers scanned.
const WIDE = 1000;
const HIGH = 300;
const LONGEST = 40000;

const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
const read = (text) => (text ? text.split(";").map((one) => one.split(" ").map((point) => point.split(",").map(Number))) : []);
const written = (strokes) => strokes.map((one) => one.map((point) => point.join(",")).join(" ")).join(";");

function draw(canvas, strokes) {
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, WIDE, HIGH);
  pen.lineWidth = 6;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    pen.moveTo(...stroke[0]);
    for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) pen.lineTo(...point);
    pen.stroke();
  }
}

function startPad(canvas) {
  const id = canvas.dataset.pad;
  const field = document.getElementById(id);
  const said = document.querySelector(`[data-said="${id}"]`);
  let strokes = read(field.value);
  let going = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [within(((event.clientX - box.left) / box.width) * WIDE, WIDE), within(((event.clientY - box.top) / box.height) * HIGH, HIGH)];
  };
  const keep = () => {
    field.value = written(strokes);
    said.textContent = strokes.length ? said.dataset.word : "";
    draw(canvas, strokes);
  };

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    going = [place(event)];
    strokes.push(going);
    keep();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!going || field.value.length > LONGEST - 100) return;
    const point = place(event);
    const last = going[going.length - 1];
    if (Math.abs(point[0] - last[0]) + Math.abs(point[1] - last[1]) < 4) return;
    going.push(point);
    keep();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (going = null));
  document.querySelector(`[data-clear="${id}"]`).addEventListener("click", () => {
    strokes = [];
    keep();
  });
  keep();
}

// Only the way that was chosen is shown; the drawn way exists only where a script can draw.
function startWays(root) {
  const ways = [...root.querySelectorAll("[data-way]")];
  const boxes = [...root.querySelectorAll("input[type=radio][name=signed_as]")];
  const show = () => {
    const chosen = boxes.find((one) => one.checked)?.value;
    for (const way of ways) way.hidden = way.dataset.way !== chosen;
  };
  for (const box of boxes) box.addEventListener("change", show);
  addEventListener("pageshow", show);
  show();
}

for (const root of document.querySelectorAll("[data-sign]")) {
  root.querySelectorAll("canvas[data-pad]").forEach(startPad);
  startWays(root);
}
