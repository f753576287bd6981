// Placeholder until the first export of this package exists.
export {}
