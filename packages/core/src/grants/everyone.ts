/** Stands for the user of a grant or an authorization that serves all users of its profile. No user's name is empty. */
export const everyone = '';
