// Live result beside the volumes of an RT. Without it the button "Hitung" does the same.
const form = document.getElementById("volumes");
const inputs = [...form.querySelectorAll("[data-code]")];
const total = form.querySelector("[data-total]");
const texts = form.querySelector("[data-texts]").dataset;
const language = document.documentElement.lang;
const percentFormat = new Intl.NumberFormat(language, { minimumFractionDigits: 2 });
const DELAY_MS = 400;
const LETTERS = { heavy: "B", moderate: "S", light: "R", not_slum: "T" };
let waiting;
let latest = 0;

form.querySelector("[data-count]").hidden = true;

// The figure as the API wants it; null for blank, undefined where it cannot be read.
// `1.234` has two readings, so it is not guessed; the server asks when it is saved.
function read(text) {
  const shown = text.trim();
  if (shown === "") return null;
  if (/^\d{1,3}\.\d{3}$/.test(shown)) return undefined;
  if (/^\d+([.,]\d+)?$/.test(shown)) return shown.replace(",", ".");
  if (/^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(shown)) {
    return shown.replaceAll(".", "").replace(",", ".");
  }
  return undefined;
}

function place(code) {
  return {
    percent: form.querySelector(`[data-out="${code}"] [data-percent]`),
    score: form.querySelector(`[data-out="${code}"] [data-score]`),
    error: form.querySelector(`[data-error="${code}"]`),
  };
}

function show(code, row) {
  const spot = place(code);
  spot.percent.textContent = row ? `${percentFormat.format(row.percent)}\u00a0%` : "–";
  spot.score.textContent = row ? row.score : "–";
  spot.score.className = row ? `score score-${row.score}` : "score";
}

function showErrors(input, sentences) {
  const spot = place(input.dataset.code).error;
  spot.replaceChildren(
    ...sentences.map((sentence) => {
      const line = document.createElement("p");
      line.className = "err";
      line.textContent = sentence;
      return line;
    }),
  );
  input.closest(".entry-row").classList.toggle("has-error", sentences.length > 0);
  input.classList.toggle("is-invalid-k", sentences.length > 0);
}

function showTotal(result, filled) {
  if (!result) {
    total.textContent = texts.filled.replace("%(filled)s", filled);
    return;
  }
  const strong = document.createElement("strong");
  strong.textContent = texts.sum.replace("%(total)s", result.total);
  const badge = document.createElement("span");
  const letter = LETTERS[result.severity];
  badge.className = `sev sev-${letter.toLowerCase()}`;
  badge.dataset.k = letter;
  badge.textContent = texts[result.severity.replace("_s", "S")];
  total.replaceChildren(strong, " ", badge);
}

// A denominator that is typed on this page (area as a whole), else that of the RT.
function divisor(name, known) {
  const input = form.elements[name];
  if (!input) return known || null;
  return read(input.value) ?? null;
}

async function ask(volumes) {
  const data = form.dataset;
  const existing = divisor("existing_road_m", data.existing);
  const response = await fetch(data.scoreUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      rule_set: data.ruleSet,
      area_ha: divisor("hectares", data.areaHa) ?? "0",
      buildings: divisor("buildings", data.buildings) ?? "0",
      households: divisor("households", data.households) ?? "0",
      ideal_road_m: divisor("ideal_road_m", data.road) ?? "0",
      ideal_drainage_m: divisor("ideal_drainage_m", data.drainage) ?? "0",
      ...(existing === null ? {} : { existing_road_m: existing }),
      volumes,
    }),
  });
  if (response.ok) return { result: await response.json(), errors: {} };
  if (response.status !== 400) throw new Error(response.status);
  return { result: null, errors: (await response.json()).volumes ?? {} };
}

// Blank and unreadable volumes are asked as 0 and not shown: the others have their result.
async function update() {
  const turn = ++latest;
  const readings = new Map(inputs.map((input) => [input.dataset.code, read(input.value)]));
  const known = [...readings].filter(([, value]) => value != null);
  const volumes = Object.fromEntries([...readings].map(([code, value]) => [code, value ?? "0"]));
  let answer;
  try {
    answer = await ask(volumes);
    if (Object.keys(answer.errors).length) {
      const good = { ...volumes };
      for (const code of Object.keys(answer.errors)) good[code] = "0";
      answer = { ...answer, result: (await ask(good)).result };
    }
  } catch {
    form.querySelector("[data-count]").hidden = false; // the server still counts
    return;
  }
  if (turn !== latest) return;
  const rows = new Map((answer.result?.indicators ?? []).map((row) => [row.code, row]));
  for (const input of inputs) {
    const { code } = input.dataset;
    const isUnread = readings.get(code) === undefined;
    const sentences = isUnread ? [texts.unread] : (answer.errors[code] ?? []);
    const counts = readings.get(code) != null && !sentences.length;
    show(code, counts ? rows.get(code) : null);
    showErrors(input, sentences);
  }
  const whole = known.length === inputs.length && !Object.keys(answer.errors).length;
  showTotal(whole ? answer.result : null, known.length);
}

form.addEventListener("input", (event) => {
  if (event.target.type !== "text") return;
  clearTimeout(waiting);
  waiting = setTimeout(update, DELAY_MS);
});
