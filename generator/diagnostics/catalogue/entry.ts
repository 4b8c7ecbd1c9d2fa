/** What the catalogue says of one problem. */

/** What is said of a code wherever it is raised; a diagnostic may carry a more precise fix. */
export interface CatalogueEntry {
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
}
