import { recognise } from "../session/session";
import { Connection } from "./connection";

const SUBPROTOCOL = "iottly-stream.v1";

/** The live stream of a project, in this browser and with its session's cookie. */
export function streamOf(project: string): Connection {
  const address = `${location.origin.replace(/^http/, "ws")}/v1.0/project/${project}/stream`;
  return new Connection({
    open: () => new WebSocket(address, SUBPROTOCOL),
    later: (run, milliseconds) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    refused: () => void recognise(),
  });
}
