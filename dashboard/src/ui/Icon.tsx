/** Our icons, drawn on a 20 × 20 grid with one stroke. They say nothing by themselves: text or a label stands beside them. */
const PATHS = {
  overview: "M3 11.5h3l2-6 3.5 10 2.2-6H17",
  device: "M4 4.5h12v8.5H4zM8 16.5h4M10 13v3.5",
  console: "M3 4.5h14v11H3zM6 8l2.5 2L6 12M10.5 12.5h3.5",
  telemetry: "M3 3.5v13h14M6 12.5l3-4 2.5 2.5L16 6",
  message: "M3.5 4.5h13v9h-7l-3.5 3v-3H3.5zM7 8h6M7 10.5h4",
  terminal: "M3 4h14v12H3zM3 7h14M6 10l1.8 1.5L6 13M10 13h4",
  audit: "M5 3h10v14H5zM8 7h4M8 10h4M8 13h2.5",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  key: "M12.7 3.5a3.8 3.8 0 1 1-3.2 5.9L3.5 15.3V17h2.8v-1.9h1.9v-1.9h1.9l1.2-1.3M13.4 7h.1",
  webhook: "M10 7.2a2.6 2.6 0 1 0-2.2-1.2M9.2 7.4 6 13M6 13a2.6 2.6 0 1 0 2.6 1.6M8.5 14.3h5.4M13.9 14.3a2.6 2.6 0 1 0 .5-2.9M14.3 11.5 11.3 6.2",
  members: "M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 16c.4-2.6 2.2-4 4.7-4s4.3 1.4 4.7 4M13 4.6a2.5 2.5 0 0 1 0 4.6M14.6 12.4c1.5.5 2.4 1.7 2.7 3.6",
  license: "M3 6h14v8H3zM6.5 9.2v1.6M9 8.5h4.5M9 11.5h3",
  folder: "M3 5h5l1.6 2H17v8.5H3z",
  add: "M10 4v12M4 10h12",
  remove: "M4 6h12M8 6V4h4v2M5.5 6l.8 10.5h7.4L14.5 6M8.5 9v4.5M11.5 9v4.5",
  edit: "M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2zM11.5 6l2.6 2.6",
  copy: "M7 7h9v9H7zM4 13V4h9",
  done: "M4 10.5l4 4 8-9",
  close: "M5 5l10 10M15 5L5 15",
  search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
  down: "M5 7.5l5 5 5-5",
  right: "M7.5 5l5 5-5 5",
  up: "M5 12.5l5-5 5 5",
  more: "M4.5 10h.1M10 10h.1M15.5 10h.1",
  menu: "M3 6h14M3 10h14M3 14h14",
  sun: "M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10 2v1.8M10 16.2V18M2 10h1.8M16.2 10H18M4.3 4.3l1.3 1.3M14.4 14.4l1.3 1.3M15.7 4.3l-1.3 1.3M5.6 14.4l-1.3 1.3",
  moon: "M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z",
  auto: "M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14",
  user: "M10 10a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6zM3.8 17c.6-3.2 3-4.8 6.2-4.8s5.6 1.6 6.2 4.8",
  leave: "M8 3.5H4v13h4M8.5 10H17M13.5 6.5L17 10l-3.5 3.5",
  warning: "M10 3.5l7.5 13h-15zM10 8.2v4M10 14.4v.1",
  offline: "M3 3l14 14M5.5 11.2a6.5 6.5 0 0 1 3-1.7M12.5 9.8c.8.3 1.5.8 2.1 1.4M2.8 8.3a10 10 0 0 1 3-2M9.5 5a10.4 10.4 0 0 1 7.7 3.3M10 15v.1",
  play: "M6 4l10 6-10 6z",
  pause: "M6.5 4.5v11M13.5 4.5v11",
  send: "M3 10l14-6.5L12.5 17l-3-5.5zM9.5 11.5l3.5-4",
  refresh: "M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4",
  history: "M4 10a6 6 0 1 0 1.8-4.3L4 7.5M4 3.5v4h4M10 7v3.3l2.2 1.5",
  code: "M7 6l-4 4 4 4M13 6l4 4-4 4",
  link: "M8.5 11.5l3-3M9.5 6.5l1.7-1.7a3 3 0 0 1 4.2 4.2l-1.8 1.8M10.5 13.5l-1.7 1.7A3 3 0 0 1 4.6 11l1.8-1.8",
  download: "M10 3.5v9M6 9l4 4 4-4M4 16.5h12",
  upload: "M10 13V4M6 7.5l4-4 4 4M4 16.5h12",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The product's sign. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect class="logo-ground" width="32" height="32" rx="8" />
      <circle cx="16" cy="8.6" r="2.6" class="logo-dot" />
      <path class="logo-stem" d="M16 14v10" />
      <path class="logo-waves" d="M8.6 12.2a11.6 11.6 0 0 0 0 11.6M23.4 12.2a11.6 11.6 0 0 1 0 11.6" />
    </svg>
  );
}
