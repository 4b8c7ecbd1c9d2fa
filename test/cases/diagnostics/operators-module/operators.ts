export const operators = null;
