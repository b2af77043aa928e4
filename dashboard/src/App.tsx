import { useEffect } from "preact/hooks";
import { Stranger } from "./pages/session/Stranger";
import { NotFound } from "./layout/NotFound";
import { ProjectFrame } from "./layout/ProjectFrame";
import { Shell } from "./layout/Shell";
import { match } from "./router/match";
import { place } from "./router/router";
import { generalRoutes, projectRoutes, settingsRoutes } from "./routes";
import { recognise, standing } from "./session/session";
import { Failure, Loading } from "./ui/states";
import { Toasts } from "./ui/toasts";

/**
 * The whole page. Who is not signed in sees the sign-in page at whatever address they came to, and then what is there.
 */
export function App() {
  useEffect(() => void recognise(), []);
  return (
    <>
      <Content />
      <Toasts />
    </>
  );
}

function Content() {
  const now = standing.value;
  switch (now.is) {
    case "unknown":
      return <Loading lines={3} />;
    case "unreachable":
      return <Failure error={now.error} retry={() => void recognise()} />;
    case "setup":
    case "signed-out":
      return <Stranger now={now} />;
    case "signed-in":
      return <Place />;
  }
}

function Place() {
  const { path } = place.value;
  for (const { path: pattern, Page } of generalRoutes) {
    const parameters = match(pattern, path);
    if (parameters) {
      return (
        <Shell>
          <Page {...parameters} />
        </Shell>
      );
    }
  }
  const project = /^\/projects\/([^/]+)/.exec(path)?.[1];
  if (project === undefined) {
    return (
      <Shell>
        <NotFound />
      </Shell>
    );
  }
  return (
    <ProjectFrame key={project} id={project}>
      <WithinProject path={path} />
    </ProjectFrame>
  );
}

function WithinProject({ path }: { path: string }) {
  for (const { path: pattern, Page } of [...projectRoutes, ...settingsRoutes]) {
    const parameters = match(pattern, path);
    if (parameters) return <Page key={path} {...parameters} />;
  }
  return <NotFound />;
}
