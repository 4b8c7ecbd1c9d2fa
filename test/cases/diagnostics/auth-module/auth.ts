export const authenticate = () => null;
