import fs from "node:fs";
import path from "node:path";

/** What covara's own package.json says. */
export interface OwnPackage {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  /** The versions that covara is tested with. */
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Reads covara's own package.json, from the sources as well as from the build. */
export function ownPackage(): OwnPackage {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (fs.existsSync(file)) {
      const content: OwnPackage & { readonly name: string } = JSON.parse(fs.readFileSync(file, "utf8"));
      if (content.name === "covara") return content;
    }
    if (folder === path.dirname(folder))
      throw new Error("covara's package.json is missing from its installation.");
  }
}
