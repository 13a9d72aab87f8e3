/** The same as the form, as a command and as a file, to copy. */
import { Copy } from "../../ui/Copy";
import { Section } from "../../ui/Section";
import { Text } from "../../ui/Text";
import { command, declaration } from "./commands";
import { changed, type Form, wrong } from "./form";

export interface AsCodeProps {
  project: string;
  form: Form;
  saved: Form | undefined;
}

export function AsCode({ project, form, saved }: AsCodeProps) {
  const whole = !Object.keys(wrong(form)).length;
  const line = whole ? command(form, saved, project) : undefined;
  const nothing = saved && !changed(form, saved).length;
  return (
    <Section title="As code" about="The same as a command, and as a file for bellrope apply.">
      <Code
        label="Command"
        text={nothing ? undefined : line}
        without={whole ? (nothing ? "Nothing is changed." : UNSAID) : UNFINISHED}
      />
      <Code label="YAML" text={whole ? declaration(form, saved, project) : undefined} without={UNFINISHED} />
    </Section>
  );
}

const UNFINISHED = "Fill in the form first.";
const UNSAID = "No command clears a field. Use the YAML, or enter the default.";

function Code({ label, text, without }: { label: string; text: string | undefined; without: string }) {
  return (
    <figure class="json code">
      <figcaption>
        <span class="muted">{label}</span>
        {text && (
          <Copy label={`Copy ${label}`} text={text}>
            Copy
          </Copy>
        )}
      </figcaption>
      <pre tabIndex={0} role="region" aria-label={label}>
        {text ? <Text>{text}</Text> : <span class="muted">{without}</span>}
      </pre>
    </figure>
  );
}
