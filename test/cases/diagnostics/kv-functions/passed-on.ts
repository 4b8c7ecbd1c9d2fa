export const passedOn = { not: "a function" };
