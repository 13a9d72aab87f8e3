/** An id: in full, in one width, perhaps as a link, and easy to copy. */
import { Copy } from "./Copy";
import { Text } from "./Text";

export function Id({ of, href }: { of: string; href?: string }) {
  const shown = <Text>{of}</Text>;
  return (
    <span class="id">
      {href ? <a href={href}>{shown}</a> : <span>{shown}</span>}
      <Copy text={of} label={`Copy ${of}`} />
    </span>
  );
}
