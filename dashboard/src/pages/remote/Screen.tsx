import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Device } from "../../api/types";
import { useHere } from "../../layout/project";
import { strings } from "../../strings.en";
import { problemOf } from "../../stream/channels";
import { Status, type Tone } from "../../ui/Status";
import { withAdoptedStyles } from "./adoptedStyles";

const text = strings.remote.shell;

/** The terminal's colours are its own in both themes: programs choose theirs for a dark ground. */
const COLOURS = { background: "#0e1417", foreground: "#dbe5ea", cursor: "#64c4ea", selectionBackground: "#2b5568" };

type State = "opening" | "open" | "interrupted" | "over";

const TONES: Record<State, Tone> = { opening: "busy", open: "good", interrupted: "warn", over: "idle" };

/** How a shell ended, in words. */
export interface ShellEnding {
  regular: boolean;
  words: string;
}

/** A terminal whose other end is a shell on the device. */
export function Screen({ device, onEnded }: { device: Device; onEnded: (ending: ShellEnding) => void }) {
  const { stream } = useHere();
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>("opening");

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const terminal = new Terminal({ theme: COLOURS, fontFamily: fontOf(element), fontSize: 14, cursorBlink: true, scrollback: 5_000 });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    const discardStyles = withAdoptedStyles(() => terminal.open(element));
    fit.fit();
    terminal.focus();

    const size = () => ({ columns: terminal.cols, rows: terminal.rows });
    const channel = stream.channels.to(
      device.id,
      "shell",
      { ...size(), term: "xterm-256color" },
      {
        opened: () => {
          setState("open");
          channel.control({ resize: size() });
        },
        data: (bytes) => new Promise((done) => terminal.write(bytes, done)),
        interrupted: () => setState("interrupted"),
        closed: (ending) => {
          setState("over");
          const exit = ending.result.exit;
          const problem = problemOf(ending);
          onEnded({ regular: problem === undefined, words: problem ?? text.exited(typeof exit === "number" ? exit : 0) });
        },
      },
    );
    const encoder = new TextEncoder();
    terminal.onData((typed) => channel.send(encoder.encode(typed)));
    terminal.onBinary((typed) => channel.send(Uint8Array.from(typed, (character) => character.charCodeAt(0))));
    terminal.onResize(() => channel.control({ resize: size() }));
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(element);
    return () => {
      observer.disconnect();
      stream.channels.close(channel);
      terminal.dispose();
      discardStyles();
    };
    // The device and the stream are the same as long as this screen is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return (
    <>
      <div class="toolbar" role="status">
        <Status tone={TONES[state]}>{text.states[state]}</Status>
        <span class="soft small">{text.on(device.name)}</span>
      </div>
      <div class="screen" ref={place} role="group" aria-label={text.on(device.name)} />
    </>
  );
}

function fontOf(element: HTMLElement): string {
  return getComputedStyle(element).fontFamily;
}
