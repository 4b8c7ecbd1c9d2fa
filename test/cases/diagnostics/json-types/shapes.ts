export interface Point {
  x: number;
  y: number;
}

export class Circle {
  radius = 1;
}

export enum Level {
  Low,
  High,
}

export interface Page {
  number: number;
}

export interface Todo {
  title: string;
}

export interface Limits {
  [name: string]: number;
  max: number;
}
