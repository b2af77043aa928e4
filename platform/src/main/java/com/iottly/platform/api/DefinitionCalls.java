package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Scope;
import com.iottly.platform.fleet.Definition;
import com.iottly.platform.fleet.Definition.Direction;
import com.iottly.platform.fleet.Definitions;
import com.iottly.platform.fleet.Keyword;
import com.iottly.platform.fleet.Saved;
import java.util.ArrayList;
import java.util.List;

/** A project's message definitions (contract §5). */
final class DefinitionCalls {

  private static final String TAG = "Message definitions";
  private static final Schema KEYWORD =
      Schema.object()
          .with("name", Schema.text())
          .with("type", Schema.choice("FixedValue", "MultipleChoice", "FreeValue"))
          .maybe("value", Schema.text().describedAs("Of a FixedValue."))
          .maybe("values", Schema.listOf(Schema.text()).describedAs("Of a MultipleChoice."))
          .closed()
          .named("Keyword");
  private static final Schema DEFINITION =
      Schema.object()
          .with("type", Schema.text())
          .maybe("description", Schema.text())
          .with("direction", Schema.choice("command", "event"))
          .with("keywords", Schema.listOf(KEYWORD))
          .closed()
          .named("Definition");
  private static final String EXAMPLE =
      """
      {"type": "setpoint", "description": "The wanted temperature.", "direction": "command", "keywords": [
        {"name": "celsius", "type": "FreeValue"}, {"name": "mode", "type": "MultipleChoice", "values": ["eco", "full"]},
        {"name": "unit", "type": "FixedValue", "value": "C"}]}
      """;

  private final Definitions definitions;

  DefinitionCalls(Definitions definitions) {
    this.definitions = definitions;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/definitions")
            .is("listDefinitions", TAG, "The project's message definitions by type")
            .needs(Scope.READ)
            .answers(Schema.object().with("definitions", Schema.listOf(DEFINITION)).closed())
            .to(this::list),
        Route.post("project/{project}/definitions")
            .is("createDefinition", TAG, "Defines a command or an event")
            .needs(Scope.MANAGE)
            .reads(DEFINITION, EXAMPLE)
            .answers(DEFINITION)
            .refuses(400, "bad_definition")
            .to(call -> saved(definitions.create(call.project(), definition(call.body())))),
        Route.get("project/{project}/definitions/{type}")
            .is("getDefinition", TAG, "One message definition")
            .needs(Scope.READ)
            .answers(DEFINITION)
            .refuses(404, "definition_unknown")
            .to(call ->
                definitions
                    .find(call.project(), call.parameter("type"))
                    .map(found -> Answer.ok(json(found)))
                    .orElseThrow(DefinitionCalls::unknown)),
        Route.put("project/{project}/definitions/{type}")
            .is("replaceDefinition", TAG, "Puts another definition in its place")
            .needs(Scope.MANAGE)
            .reads(DEFINITION, EXAMPLE.replace("setpoint", "{new_type}"))
            .answers(DEFINITION)
            .refuses(400, "bad_definition")
            .refuses(404, "definition_unknown")
            .to(call ->
                saved(
                    definitions.update(
                        call.project(), call.parameter("type"), definition(call.body())))),
        Route.delete("project/{project}/definitions/{type}")
            .is("deleteDefinition", TAG, "Removes a message definition")
            .needs(Scope.MANAGE)
            .answers(Schema.object().closed())
            .refuses(404, "definition_unknown")
            .to(this::delete));
  }

  private Answer list(ApiCall call) {
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("definitions");
    definitions.list(call.project()).forEach(definition -> list.add(json(definition)));
    return Answer.ok(answer);
  }

  private Answer delete(ApiCall call) {
    if (!definitions.delete(call.project(), call.parameter("type"))) {
      throw unknown();
    }
    return Answer.ok(Json.object());
  }

  private static Answer saved(Saved<Definition> saved) {
    return switch (saved) {
      case Saved.Done<Definition>(Definition definition) -> Answer.ok(json(definition));
      case Saved.Refused<Definition>(String problem) ->
          throw ApiError.badRequest("bad_definition", problem);
      case Saved.Missing<Definition>() -> throw unknown();
    };
  }

  private static ApiError unknown() {
    return ApiError.notFound(
        "definition_unknown",
        "This project has no such definition. 'GET project/<project>/definitions' lists them.");
  }

  private static Definition definition(ObjectNode json) {
    List<Keyword> keywords = new ArrayList<>();
    json.path("keywords").forEach(keyword -> keywords.add(keyword(keyword)));
    return new Definition(
        json.get("type").textValue(),
        json.path("description").asText(""),
        Direction.of(json.get("direction").textValue()).orElseThrow(),
        keywords);
  }

  private static Keyword keyword(JsonNode json) {
    String name = json.get("name").textValue();
    String type = json.get("type").textValue();
    requireOnly(json, name, "value", type.equals("FixedValue"));
    requireOnly(json, name, "values", type.equals("MultipleChoice"));
    return new Keyword(
        name,
        switch (type) {
          case "FixedValue" -> new Keyword.FixedValue(json.get("value").textValue());
          case "MultipleChoice" -> {
            List<String> values = new ArrayList<>();
            json.get("values").forEach(value -> values.add(value.textValue()));
            yield new Keyword.MultipleChoice(values);
          }
          default -> new Keyword.FreeValue();
        });
  }

  private static void requireOnly(JsonNode keyword, String name, String member, boolean needed) {
    if (keyword.has(member) != needed) {
      throw ApiError.badRequest(
          "bad_definition",
          "The keyword \"%s\" %s \"%s\": a FixedValue has a \"value\", a MultipleChoice has \"values\", a FreeValue neither."
              .formatted(QueryString.shortened(name), needed ? "lacks" : "must not have", member));
    }
  }

  private static ObjectNode json(Definition definition) {
    ObjectNode json =
        Json.object()
            .put("type", definition.type())
            .put("description", definition.description())
            .put("direction", definition.direction().wireName());
    ArrayNode keywords = json.putArray("keywords");
    for (Keyword keyword : definition.keywords()) {
      ObjectNode one = keywords.addObject().put("name", keyword.name());
      switch (keyword.kind()) {
        case Keyword.FixedValue(String value) -> one.put("type", "FixedValue").put("value", value);
        case Keyword.MultipleChoice(List<String> values) ->
            values.forEach(one.put("type", "MultipleChoice").putArray("values")::add);
        case Keyword.FreeValue() -> one.put("type", "FreeValue");
      }
    }
    return json;
  }
}
