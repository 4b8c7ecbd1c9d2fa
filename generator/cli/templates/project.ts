/** What the files of a new project are made from. */
export interface NewProject {
  /** Name of the Worker, of its database and of the package: lower-case letters, digits and dashes. */
  readonly name: string;
}
