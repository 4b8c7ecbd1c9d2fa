export const name = (row => row;
