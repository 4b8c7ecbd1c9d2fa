export { lists as boards } from "./lists.ts";
export { default as todos } from "./todos.ts";
