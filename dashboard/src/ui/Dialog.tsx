import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { strings } from "../strings.en";
import { Button } from "./Button";

interface DialogProps {
  title: string;
  children: ComponentChildren;
  wide?: boolean;
  /** Whether a click beside it closes it; no for what would lose something. */
  light?: boolean;
  onClose: () => void;
}

/** A modal dialog: the browser keeps the focus within it and gives it back, and Escape closes it. */
export function Dialog({ title, children, wide = false, light = false, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => light && event.target === dialog.current && onClose()}
    >
      <header class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <Button look="quiet" icon="close" aria-label={strings.common.close} onClick={onClose} />
      </header>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
