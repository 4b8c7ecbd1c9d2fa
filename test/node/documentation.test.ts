/** The pages of the package: what they link to is in the package too, so that they read the same where it is installed. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const { files }: { files: readonly string[] } = JSON.parse(
  fs.readFileSync(path.join(root, "package.json"), "utf8"),
);
/** What `npm pack` takes along, without what is built. */
const shipped = files.filter((file) => file !== "dist");
const isShipped = (file: string): boolean =>
  shipped.some((entry) => file === entry || file.startsWith(`${entry}/`));

const pages = shipped.flatMap((entry) => {
  if (fs.statSync(path.join(root, entry)).isFile()) return entry.endsWith(".md") ? [entry] : [];
  return fs
    .readdirSync(path.join(root, entry), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(entry, name));
});

/** The text of a page outside of blocks of code. */
const prose = (page: string): string =>
  fs.readFileSync(path.join(root, page), "utf8").replace(/^```.*?^```$/gms, "");

/** The anchors that headings have. */
const anchors = (page: string): readonly string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe.each(pages)("%s", (page) => {
  test("links to what is in the package", () => {
    const lost: string[] = [];
    for (const [, target = ""] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const linked = file === "" ? page : path.join(path.dirname(page), file);
      const found = isShipped(linked) && fs.existsSync(path.join(root, linked));
      if (!found || (anchor !== undefined && !anchors(linked).includes(anchor))) lost.push(target);
    }
    expect(lost).toEqual([]);
  });
});
