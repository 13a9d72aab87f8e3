/** What a page is given. */
export interface PageProps {
  /** The values of the path's `:names`; `project` is always among them for a page of a project. */
  params: Record<string, string>;
}
