export const beforeCreate = (row => row;
