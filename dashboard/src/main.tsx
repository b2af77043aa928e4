import { render } from "preact";
import { App } from "./App";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/layout.css";
import "./styles/pages.css";
import "./styles/console.css";
import "./styles/fleet.css";

const root = document.getElementById("app");
if (root) render(<App />, root);
