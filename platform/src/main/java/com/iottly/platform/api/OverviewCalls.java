package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Scope;
import com.iottly.platform.activity.ActivityLog;
import com.iottly.platform.activity.Slot;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Census;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.webhook.Webhook;
import com.iottly.platform.webhook.Webhooks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** How a project does, at a glance. */
final class OverviewCalls {

  private static final Parameter.Count HOURS =
      new Parameter.Count(
          "hours", 24, 1, (int) ActivityLog.KEPT.toHours(), "How far back the activity goes.");
  private static final Schema VERSION =
      Schema.object()
          .with("agent_version", Schema.text().orNull())
          .with("devices", Schema.count())
          .closed()
          .named("AgentVersion");
  private static final Schema SLOT =
      Schema.object()
          .with("start", Schema.moment())
          .with("connected", Schema.count())
          .with("messages", Schema.count())
          .with("lost", Schema.count())
          .closed()
          .named("ActivitySlot");

  private final Fleet fleet;
  private final Webhooks webhooks;
  private final ActivityLog activity;
  private final Supplier<Map<ProjectId, Integer>> connected;
  private final InstantSource clock;

  OverviewCalls(
      Fleet fleet,
      Webhooks webhooks,
      ActivityLog activity,
      Supplier<Map<ProjectId, Integer>> connected,
      InstantSource clock) {
    this.fleet = fleet;
    this.webhooks = webhooks;
    this.activity = activity;
    this.connected = connected;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/overview")
            .is("getOverview", "Projects", "How the project does: devices, messages, webhooks")
            .needs(Scope.READ)
            .query(HOURS)
            .answers(
                Schema.object()
                    .with(
                        "devices",
                        Schema.object()
                            .with("count", Schema.count())
                            .with("connected", Schema.count())
                            .closed())
                    .with("agent_versions", Schema.listOf(VERSION))
                    .with("webhooks", webhooks())
                    .with("slot_seconds", Schema.count())
                    .with(
                        "activity",
                        Schema.listOf(SLOT)
                            .describedAs("A slot is missing where the platform did not run."))
                    .closed())
            .to(this::show));
  }

  private static Schema webhooks() {
    return Schema.object()
        .with("count", Schema.count())
        .with("failing", Schema.count())
        .with("paused", Schema.count())
        .with("disabled", Schema.count())
        .with("dead_letters", Schema.count())
        .closed();
  }

  private Answer show(ApiCall call) {
    ProjectId project = call.project();
    ObjectNode answer = Json.object();
    int count = 0;
    ObjectNode devices = answer.putObject("devices");
    ArrayNode versions = answer.putArray("agent_versions");
    for (Census.Version version : fleet.census().versions(project)) {
      versions
          .addObject()
          .put("agent_version", version.agentVersion())
          .put("devices", version.devices());
      count += version.devices();
    }
    devices.put("count", count).put("connected", connected.get().getOrDefault(project, 0));
    answer.set("webhooks", json(webhooks.list(project)));
    answer.put("slot_seconds", ActivityLog.SLOT.toSeconds());
    ArrayNode slots = answer.putArray("activity");
    Instant since = clock.instant().minus(Duration.ofHours(HOURS.in(call)));
    for (Slot slot : activity.since(project, since)) {
      slots
          .addObject()
          .put("start", slot.start().toString())
          .put("connected", slot.connected())
          .put("messages", slot.messages())
          .put("lost", slot.lost());
    }
    return Answer.ok(answer);
  }

  private static ObjectNode json(List<Webhook> all) {
    return Json.object()
        .put("count", all.size())
        .put("failing", count(all, standing -> standing.failingSince() != null))
        .put("paused", count(all, standing -> standing.state() == Webhook.State.PAUSED))
        .put("disabled", count(all, standing -> standing.state() == Webhook.State.DISABLED))
        .put("dead_letters", all.stream().mapToInt(one -> one.standing().deadLetters()).sum());
  }

  private static long count(List<Webhook> all, Predicate<Webhook.Standing> which) {
    return all.stream().map(Webhook::standing).filter(which).count();
  }
}
