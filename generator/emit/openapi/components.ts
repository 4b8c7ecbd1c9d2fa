/** What the document says once and refers to from many places. */
import type { Model } from "../../model/types.ts";
import type { Node } from "./node.ts";

type Section = "schemas" | "responses" | "parameters" | "headers";

interface Component {
  readonly name: string;
  /** Null while it is being made: it may refer to itself. */
  content: Node | null;
}

/** The components, each made when it is first referred to. */
export class Components {
  readonly #sections = new Map<Section, Map<string, Component>>();
  readonly #names = new Map<Section, Set<string>>();

  constructor({ resources, jsonTypes }: Pick<Model, "resources" | "jsonTypes">) {
    // Types of the application keep their names; what covara adds gives way.
    for (const { key, typeName } of resources) this.#reserve("schemas", `row ${key}`, typeName);
    for (const { name } of jsonTypes) this.#reserve("schemas", `json ${name}`, name);
  }

  /**
   * A reference to a component.
   *
   * @param id What it is, among the components of the section.
   * @param name What it is to be called, unless another is called so.
   */
  refer(section: Section, id: string, name: string, make: () => Node): { readonly $ref: string } {
    const component = this.#of(section).get(id) ?? this.#reserve(section, id, name);
    if (component.content === null && !this.#making.has(component)) {
      this.#making.add(component);
      component.content = make();
    }
    return { $ref: `#/components/${section}/${component.name}` };
  }

  readonly #making = new Set<Component>();

  schema(id: string, name: string, make: () => Node): { readonly $ref: string } {
    return this.refer("schemas", id, name, make);
  }

  /** All components by section, sorted by name. */
  toNode(): Node {
    const sections = (["schemas", "parameters", "headers", "responses"] as const).map((section) => {
      const made = [...this.#of(section).values()].flatMap(({ name, content }) =>
        content === null ? [] : [[name, content] as const],
      );
      return [section, Object.fromEntries(made.sort(([a], [b]) => (a < b ? -1 : 1)))] as const;
    });
    return Object.fromEntries(sections.filter(([, made]) => Object.keys(made).length > 0));
  }

  #of(section: Section): Map<string, Component> {
    const known = this.#sections.get(section) ?? new Map<string, Component>();
    this.#sections.set(section, known);
    return known;
  }

  /** OpenAPI allows few characters in such names. */
  #reserve(section: Section, id: string, wanted: string): Component {
    const names = this.#names.get(section) ?? new Set<string>();
    this.#names.set(section, names);
    let name = wanted.replaceAll(/[^A-Za-z0-9._-]/g, "_");
    while (names.has(name)) name += "_";
    names.add(name);
    const component: Component = { name, content: null };
    this.#of(section).set(id, component);
    return component;
  }
}
