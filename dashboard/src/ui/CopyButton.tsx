import { useState } from "preact/hooks";
import { strings } from "../strings.en";
import { Button } from "./Button";

/** Copies a text, and says that it did. */
export function CopyButton({ text, label = strings.common.copy, small = true }: { text: string; label?: string; small?: boolean }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await toClipboard(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <Button small={small} icon={copied ? "done" : "copy"} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? strings.common.copied : label}</span>
    </Button>
  );
}

/** Browsers have the clipboard on secure pages only; a platform in a local network may not be one. */
async function toClipboard(text: string): Promise<void> {
  if (isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  // Deprecated, and the only way there is on such a page.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  document.execCommand("copy");
  area.remove();
}

/** A text to be copied, such as a command line or a secret. */
export function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <div class="copyable">
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
