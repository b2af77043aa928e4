import { signal } from "@preact/signals";
import { ApiError } from "../api/http";
import { strings } from "../strings.en";
import { Icon } from "./Icon";

interface Toast {
  number: number;
  text: string;
  tone: "good" | "bad";
  undo?: () => Promise<unknown>;
}

const STAYS = 7_000;
const toasts = signal<Toast[]>([]);
let last = 0;

/** Says that something was done, and how to take it back where that is possible. */
export function tell(text: string, undo?: () => Promise<unknown>): void {
  show({ text, tone: "good", ...(undo && { undo }) });
}

/** Says that something did not work, when there is no form to say it in. */
export function tellProblem(reason: unknown): void {
  if (!(reason instanceof ApiError)) throw reason;
  show({ text: reason.message, tone: "bad" });
}

function show(toast: Omit<Toast, "number">): void {
  const number = ++last;
  toasts.value = [...toasts.value.slice(-2), { ...toast, number }];
  setTimeout(() => dismiss(number), STAYS);
}

function dismiss(number: number): void {
  toasts.value = toasts.value.filter((toast) => toast.number !== number);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ number, text, tone, undo }) => (
        <div key={number} class={`toast toast-${tone}`}>
          <Icon name={tone === "good" ? "done" : "warning"} />
          <span>{text}</span>
          {undo && (
            <button
              type="button"
              class="toast-undo"
              onClick={() => {
                dismiss(number);
                undo().catch(tellProblem);
              }}
            >
              {strings.common.undo}
            </button>
          )}
          <button type="button" class="toast-close" aria-label={strings.common.close} onClick={() => dismiss(number)}>
            <Icon name="close" size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
