/** Another type than the one of that name in the config. */
export interface Meta {
  other: boolean;
}
