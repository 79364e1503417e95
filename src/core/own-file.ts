/** Returns the URL of a file of simcli, by its path in `dist`: the same for a module and for the bundle, which both lie one folder below. */
export const ownFile = (path: string): URL => new URL(`../${path}`, import.meta.url);
