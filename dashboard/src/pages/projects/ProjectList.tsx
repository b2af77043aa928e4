import { useState } from "preact/hooks";
import { everything, http, pageOf } from "../../api/http";
import type { Project } from "../../api/types";
import { Link } from "../../router/Link";
import { go, place, setQuery } from "../../router/router";
import { projectHome } from "../../routes";
import { me } from "../../session/session";
import { strings } from "../../strings.en";
import { Button } from "../../ui/Button";
import { SearchField } from "../../ui/fields";
import { Page } from "../../ui/Page";
import { Empty, Shown } from "../../ui/states";
import { Status } from "../../ui/Status";
import { Time } from "../../ui/Time";
import { useQuery } from "../../ui/useQuery";
import { CreateProject } from "./CreateProject";

const text = strings.projects;

function readProjects(signal: AbortSignal): Promise<Project[]> {
  return everything(async (cursor) => {
    const answer = await http.get<{ projects: Project[]; more: boolean; cursor?: string }>("projects", { limit: 1000, cursor }, signal);
    return pageOf(answer.projects, answer);
  });
}

/** All projects one may see, with search. */
export function ProjectList() {
  const projects = useQuery("projects", readProjects);
  const [creating, setCreating] = useState(false);
  const search = place.value.query.get("search") ?? "";
  const create = me.value.administrator && (
    <Button look="primary" icon="add" onClick={() => setCreating(true)}>
      {text.create}
    </Button>
  );
  return (
    <Page title={text.title} lead={text.lead} actions={projects.data?.length ? create : undefined}>
      <Shown query={projects}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="folder" title={text.none} action={create}>
              {me.value.administrator ? text.noneWhy : text.noneOfYours}
            </Empty>
          ) : (
            <>
              <SearchField label={text.search} value={search} onValue={(value) => setQuery({ search: value })} />
              <Found projects={all.filter((project) => fits(project, search))} />
            </>
          )
        }
      </Shown>
      {creating && <CreateProject onClose={() => setCreating(false)} onCreated={(project) => go(projectHome(project.id))} />}
    </Page>
  );
}

/** Whether all words of the search are in the project's name, tags or id. */
function fits({ name, tags, id }: Project, search: string): boolean {
  const whole = [name, ...tags, id].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

function Found({ projects }: { projects: Project[] }) {
  if (projects.length === 0) return <Empty icon="search" title={text.notFound} />;
  return (
    <ul class="project-grid">
      {projects.map((project) => (
        <li key={project.id}>
          <Link to={projectHome(project.id)} class="project-card">
            <h2>{project.name}</h2>
            <DeviceCount project={project} />
            <p class="project-facts">
              {project.type} · {text.created} <Time at={project.created} />
            </p>
            {project.tags.length > 0 && (
              <p class="tags">
                {project.tags.map((tag) => (
                  <span key={tag} class="tag">
                    {tag}
                  </span>
                ))}
              </p>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function DeviceCount({ project: { devices } }: { project: Project }) {
  if (devices === undefined) return null;
  const tone = devices.total === 0 ? "idle" : devices.connected === devices.total ? "good" : devices.connected === 0 ? "bad" : "warn";
  return <Status tone={tone}>{devices.total === 0 ? text.noDevices : text.connected(devices.connected, devices.total)}</Status>;
}
