// What a job is run with: profile, language, number of speakers. The last choice is kept.
import { get } from "/static/shared/api.js";
import { $, h } from "/static/shared/dom.js";
import { failed } from "/static/shared/notices.js";

const KEY = "vsat-choices";
const CODES =
  "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw " +
  "he hi hr ht hu hy id is it ja jw ka " +
  "kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru " +
  "sa sd si sk sl sn so sq sr su sv sw ta te " +
  "tg th tk tl tr tt uk ur uz vi yi yo zh";
const names = new Intl.DisplayNames(["en"], { type: "language" });

/** The English name of a language, the code where it has none. */
export function languageName(code) {
  try {
    return names.of(code === "jw" ? "jv" : code) ?? code;
  } catch {
    return code;
  }
}

/** The query of a job, without what is to be found out. */
export function chosen() {
  const values = {
    profile: $("profile").value,
    language: $("language").value,
    num_speakers: $("speakers").value,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value));
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen()));
  } catch {
    // without storage the choice lasts as long as the page
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export async function startChoices() {
  const rows = CODES.split(" ").map((code) => [languageName(code), code]);
  rows.sort(([one], [other]) => one.localeCompare(other));
  $("language").append(...rows.map(([name, code]) => h("option", { value: code }, name)));
  for (const id of ["profile", "language", "speakers"]) $(id).addEventListener("change", keep);
  try {
    const profiles = await get("/api/profiles");
    $("profile").append(
      ...profiles.map((one) => h("option", { value: one.name }, one.name.split("/").pop())),
    );
    const before = kept();
    if (profiles.some((one) => one.name === before.profile)) $("profile").value = before.profile;
    const show = () => {
      $("profile-summary").textContent =
        profiles.find((one) => one.name === $("profile").value)?.summary.replaceAll("`", "") ?? "";
    };
    $("profile").addEventListener("change", show);
    show();
    $("language").value = before.language ?? "";
    $("speakers").value = "";
  } catch (error) {
    failed(error);
  }
}
