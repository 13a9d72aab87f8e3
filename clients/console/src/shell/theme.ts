/** Light, dark, or as the system says: kept in this browser. */
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const PLACE = "bellrope.theme";
const ORDER: readonly Theme[] = ["system", "light", "dark"];

export const theme = signal<Theme>(ORDER.find((each) => each === localStorage.getItem(PLACE)) ?? "system");

theme.subscribe((value) => {
  document.documentElement.dataset.theme = value;
});

/** Go on to the next of the three. */
export function nextTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length]!;
  localStorage.setItem(PLACE, theme.value);
}
