/** The line above every page: the project, how the server is, and the theme. */
import { Icon, type IconName } from "../ui/Icon";
import { ProjectChooser } from "./ProjectChooser";
import { SearchBox } from "./SearchBox";
import { ServerDot } from "./ServerDot";
import { nextTheme, type Theme, theme } from "./theme";

const THEMES: Record<Theme, readonly [IconName, string]> = {
  system: ["screen", "Theme: as the system"],
  light: ["sun", "Theme: light"],
  dark: ["moon", "Theme: dark"],
};

export function Header({ onMenu }: { onMenu: () => void }) {
  const [icon, label] = THEMES[theme.value];
  return (
    <header>
      <button
        type="button"
        class="quiet square menu"
        aria-label="Navigation"
        aria-haspopup="dialog"
        onClick={onMenu}
      >
        <Icon name="menu" />
      </button>
      <ProjectChooser />
      <SearchBox />
      <ServerDot />
      <button type="button" class="quiet square" aria-label={label} title={label} onClick={nextTheme}>
        <Icon name={icon} />
      </button>
    </header>
  );
}
