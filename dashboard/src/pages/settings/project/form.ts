import type { DeviceType, Project } from "../../../api/types";

/** A project's settings as a person enters them: days and GiB, where the API has seconds and bytes. */
export interface SettingsForm {
  name: string;
  type: DeviceType;
  tags: string[];
  days: string;
  gibibytes: string;
  /** Empty means no cap. */
  cap: string;
  approve: boolean;
}

const DAY = 86_400;
const GIBIBYTE = 2 ** 30;

export function formOf(project: Project): SettingsForm {
  return {
    name: project.name,
    type: project.type,
    tags: project.tags,
    days: String(project.retention_seconds / DAY),
    gibibytes: String(project.retention_bytes / GIBIBYTE),
    cap: project.license_cap === null ? "" : String(project.license_cap),
    approve: project.approve_reregistration,
  };
}

export function bodyOf({ name, type, tags, days, gibibytes, cap, approve }: SettingsForm) {
  return {
    name: name.trim(),
    type,
    tags,
    retention_seconds: Math.round(Number(days) * DAY),
    retention_bytes: Math.round(Number(gibibytes) * GIBIBYTE),
    license_cap: cap.trim() === "" ? null : Number(cap),
    approve_reregistration: approve,
  };
}
