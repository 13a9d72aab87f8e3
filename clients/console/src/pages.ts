/** The pages: one line each, with the path, the label in the navigation, and where its code is. */
import type { ComponentType } from "preact";
import type { PageProps } from "./props";
import type { IconName } from "./ui/Icon";

export interface Page {
  /** Below the console's address. `:names` are values. */
  path: string;
  /** Its name in the navigation; without one it is reached from other pages. */
  label?: string;
  icon?: IconName;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export const PAGES: readonly Page[] = [
  {
    path: "projects/:project",
    label: "Eventing",
    icon: "bolt",
    load: () => import("./pages/eventing/Eventing"),
  },
  {
    path: "projects/:project/overview",
    label: "Overview",
    icon: "chart",
    load: () => import("./pages/overview/Overview"),
  },
  {
    path: "projects/:project/events",
    label: "Events",
    icon: "send",
    load: () => import("./pages/events/Events"),
  },
  { path: "projects/:project/events/:event", load: () => import("./pages/events/EventPage") },
  {
    path: "projects/:project/deliveries",
    label: "Deliveries",
    icon: "list",
    load: () => import("./pages/deliveries/Deliveries"),
  },
  {
    path: "projects/:project/deliveries/:delivery",
    load: () => import("./pages/deliveries/DeliveryPage"),
  },
  {
    path: "projects/:project/scheduled",
    label: "Scheduled",
    icon: "calendar",
    load: () => import("./pages/scheduled/Scheduled"),
  },
  {
    path: "projects/:project/bulk",
    label: "Bulk actions",
    icon: "bulk",
    load: () => import("./pages/bulk/BulkActions"),
  },
  { path: "projects/:project/bulk/:action", load: () => import("./pages/bulk/BulkActionPage") },
  {
    path: "projects/:project/live",
    label: "Live",
    icon: "live",
    load: () => import("./pages/live/Live"),
  },
  {
    path: "server",
    label: "Server",
    icon: "server",
    load: () => import("./pages/server/ServerPage"),
  },
  { path: "projects/:project/search", load: () => import("./pages/search/Search") },
  { path: "projects/:project/trigger", load: () => import("./pages/trigger/TriggerEvent") },
  { path: "projects/:project/new-trigger", load: () => import("./pages/edit-trigger/EditTrigger") },
  { path: "projects/:project/triggers/:name", load: () => import("./pages/edit-trigger/EditTrigger") },
  {
    path: "projects/:project/types",
    label: "Event types",
    icon: "schema",
    load: () => import("./pages/types/EventTypes"),
  },
  { path: "projects/:project/types/:type", load: () => import("./pages/types/EventType") },
  {
    path: "projects/:project/settings",
    label: "Settings",
    icon: "settings",
    load: () => import("./pages/projects/Settings"),
  },
  { path: "projects", label: "Projects", icon: "folder", load: () => import("./pages/projects/Projects") },
];
