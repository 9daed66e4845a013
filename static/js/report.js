// Live sums on the pages where a report is filled in and checked. Both work without this.
const language = document.documentElement.lang || "id";
const figures = (places) =>
  new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places });
const exact = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });
const hectares = figures(2);
const rupiah = figures(0);

// A number as it is typed here; null for a blank one or one that the server will ask about.
function read(text, isMoney = false) {
  let plain = text.trim();
  if (plain === "") return null;
  if (isMoney || plain.includes(",")) {
    plain = plain.replaceAll(".", "").replace(",", ".");
  } else if (/^\d{1,3}\.\d{3}$/.test(plain)) {
    return null;
  }
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

// Pages show 2 decimals, so who types what is shown means the whole.
const isWhole = (typed, whole) =>
  typed === whole || (typed !== 0 && typed === Math.round(whole * 100) / 100);

const entry = document.querySelector("[data-report]");
if (entry) {
  for (const row of entry.querySelectorAll("[data-incr]")) followIncrement(row);
  for (const row of entry.querySelectorAll("[data-unit]")) followUnit(row);
  for (const box of entry.querySelectorAll("[data-nil]")) followNil(box);
  for (const row of entry.querySelectorAll("[data-plan]")) followPlan(row);
  entry.addEventListener("input", () => {
    entry.querySelector("[data-unsaved]").hidden = false;
    for (const place of entry.querySelectorAll("[data-sum]")) sumUp(place);
  });
}

function followIncrement(row) {
  const input = row.querySelector("input");
  const isMoney = "money" in row.dataset;
  const before = Number(row.dataset.before);
  const limit = Number(row.dataset.limit);
  const after = row.querySelector("[data-after]");
  const share = row.querySelector("[data-share]");
  const format = isMoney ? rupiah : exact;
  const show = () => {
    const total = before + (read(input.value, isMoney) ?? 0);
    after.textContent = format.format(total);
    if (share && limit) {
      const word = share.textContent.trim().split(" ")[0];
      const percent = hectares.format((total / limit) * 100);
      share.textContent = `${word} ${format.format(limit)} = ${percent} %`;
    }
  };
  input.addEventListener("input", show);
  show();
}

function followUnit(row) {
  const input = row.querySelector("input");
  const whole = row.dataset.whole === undefined ? null : Number(row.dataset.whole);
  const state = row.querySelector("[data-state]");
  const word = row.querySelector("[data-word]");
  const reason = nextReason(row);
  const fill = document.createElement("button");
  fill.type = "button";
  fill.className = "btn btn-quiet btn-sm mt-1";
  fill.textContent = entry.dataset.wordFill;
  fill.addEventListener("click", () => {
    input.value = String(whole).replace(".", ",");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const show = () => {
    const typed = read(input.value);
    state.textContent = hectares.format(typed ?? 0);
    if (whole === null) return;
    const full = typed !== null && isWhole(typed, whole);
    const words = entry.dataset;
    word.textContent = typed === null ? words.wordNone : full ? words.wordWhole : words.wordPart;
    fill.hidden = full;
    if (reason && typed !== null && !full) reason.open = true;
  };
  if (whole !== null) {
    input.after(fill);
  }
  input.addEventListener("input", show);
  show();
}

// Actual less planned progress, in points.
function followPlan(row) {
  const [planned, actual] = row.querySelectorAll("input");
  const place = row.querySelector("[data-deviation]");
  const show = () => {
    const [plan, done] = [read(planned.value), read(actual.value)];
    place.textContent = plan === null || done === null ? "–" : exact.format(done - plan);
  };
  row.addEventListener("input", show);
  show();
}

function nextReason(row) {
  let next = row.nextElementSibling;
  while (next && !next.matches("[data-reason]")) next = next.nextElementSibling;
  return next;
}

// A nil line has no figures: they are shut, not emptied, until the mark is taken off.
function followNil(box) {
  const line = box.closest("[data-line]");
  const inputs = [...line.querySelectorAll(".incr input")];
  const show = () => {
    for (const input of inputs) input.readOnly = box.checked && input.value === "";
  };
  box.addEventListener("change", show);
  show();
}

function sumUp(place) {
  const isMoney = place.dataset.sum === "spent";
  let sum = 0;
  for (const input of entry.querySelectorAll(`[data-total="${place.dataset.sum}"]`)) {
    sum += read(input.value, isMoney) ?? 0;
  }
  place.textContent = (isMoney ? rupiah : hectares).format(sum);
}

const review = document.querySelector("[data-review]");
if (review) {
  for (const line of review.querySelectorAll("[data-review-line]")) followMark(line);
  for (const place of review.querySelectorAll("[data-live]")) place.hidden = false;
  review.addEventListener("input", tally);
  const visit = review.querySelector("[data-visit]");
  const isDesk = () => review.querySelector("[name=method]:checked")?.value === "desk";
  review.addEventListener("change", () => {
    if (visit) visit.hidden = isDesk() && visit.querySelector("input").value === "";
  });
  tally();
}

// The inputs are open only where hectares are changed; the reason where any are taken off.
function followMark(line) {
  const inputs = [...line.querySelectorAll("[data-reported]")];
  const reason = line.querySelector("[data-change-reason]");
  const show = () => {
    const mark = line.querySelector("[data-mark]:checked")?.value;
    for (const input of inputs) input.readOnly = mark !== "fix";
    if (reason) reason.hidden = mark === "ok" || mark === undefined;
  };
  for (const choice of line.querySelectorAll("[data-mark]")) choice.addEventListener("change", show);
  show();
}

function tally() {
  let accepted = 0;
  let off = 0;
  let marked = 0;
  let needed = 0;
  for (const line of review.querySelectorAll("[data-review-line]")) {
    const inputs = [...line.querySelectorAll("[data-reported]")];
    if (inputs.length === 0) continue;
    needed += 1;
    const mark = line.querySelector("[data-mark]:checked")?.value;
    if (mark === undefined) continue;
    marked += 1;
    for (const input of inputs) {
      const reported = Number(input.dataset.reported);
      const typed = read(input.value) ?? 0;
      const kept = mark === "ok" ? reported : mark === "no" ? 0 : typed;
      accepted += isWhole(kept, reported) ? reported : kept;
      off += isWhole(kept, reported) ? 0 : reported - kept;
    }
  }
  review.querySelector("[data-accepted]").textContent = `${hectares.format(accepted)} ha`;
  review.querySelector("[data-off]").textContent = `${hectares.format(off)} ha`;
  const words = review.dataset.wordMarked;
  review.querySelector("[data-marked]").textContent = words.replace("{marked}", marked).replace("{needed}", needed);
}
