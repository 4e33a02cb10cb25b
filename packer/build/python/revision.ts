/** Raise it when the same commit would give other bytes than before: then artifacts and layers are made anew. */
export const revision = 3
