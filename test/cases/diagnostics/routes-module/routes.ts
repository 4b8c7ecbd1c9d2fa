export const routes = null;
