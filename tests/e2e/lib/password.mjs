/** What every account of these tests has; it is in no list of common passwords. */
export const PASSWORD = 'a calm paper lamp';
