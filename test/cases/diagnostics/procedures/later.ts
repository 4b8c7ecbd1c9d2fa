export const later = (): void => {};
