package interop;

import io.iworkflow.core.Client;
import io.iworkflow.core.Context;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.StateDecision;
import io.iworkflow.core.StateDef;
import io.iworkflow.core.WorkflowOptions;
import io.iworkflow.core.WorkflowState;
import io.iworkflow.core.command.CommandRequest;
import io.iworkflow.core.command.CommandResults;
import io.iworkflow.core.communication.Communication;
import io.iworkflow.core.persistence.DataAttributeDef;
import io.iworkflow.core.persistence.Persistence;
import io.iworkflow.core.persistence.PersistenceFieldDef;
import io.iworkflow.core.persistence.SearchAttributeDef;
import io.iworkflow.gen.models.SearchAttribute;
import io.iworkflow.gen.models.SearchAttributeValueType;
import io.iworkflow.gen.models.WorkflowSearchRequest;
import io.iworkflow.gen.models.WorkflowSearchResponse;
import io.iworkflow.gen.models.WorkflowSearchResponseEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Data and search attributes of every type, set and read from inside and outside, and found again. */
class AttributeTests {
    public record Address(String street, int number) {
    }

    /** Without states: attributes change from outside alone. */
    public static class Staying implements ObjectWorkflow {
        @Override
        public List<PersistenceFieldDef> getPersistenceSchema() {
            return List.of(
                    DataAttributeDef.create(Address.class, "address"),
                    DataAttributeDef.createByPrefix(String.class, "note-"),
                    SearchAttributeDef.create(SearchAttributeValueType.KEYWORD, "CustomKeywordField"),
                    SearchAttributeDef.create(SearchAttributeValueType.TEXT, "CustomStringField"),
                    SearchAttributeDef.create(SearchAttributeValueType.INT, "CustomIntField"),
                    SearchAttributeDef.create(SearchAttributeValueType.DOUBLE, "CustomDoubleField"),
                    SearchAttributeDef.create(SearchAttributeValueType.BOOL, "CustomBoolField"),
                    SearchAttributeDef.create(SearchAttributeValueType.DATETIME, "CustomDatetimeField"),
                    SearchAttributeDef.create(SearchAttributeValueType.KEYWORD_ARRAY, "CustomKeywordArrayField"));
        }
    }

    public static class Moving extends Staying {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Moves()));
        }
    }

    public static class Moves implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Void input,
                                        final Persistence persistence, final Communication communication) {
            final Address address = persistence.getDataAttribute("address", Address.class);
            persistence.setDataAttribute("address", new Address(address.street(), address.number() + 1));
            persistence.setSearchAttributeInt64("CustomIntField", address.number() + 1L);
            return CommandRequest.empty;
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            final Long number = persistence.getSearchAttributeInt64("CustomIntField");
            persistence.setDataAttribute("note-moved", "to " + number);
            persistence.setSearchAttributeKeyword("CustomKeywordField", "moved");
            persistence.setSearchAttributeText("CustomStringField", "the house next door");
            persistence.setSearchAttributeDouble("CustomDoubleField", 2.5);
            persistence.setSearchAttributeBoolean("CustomBoolField", false);
            persistence.setSearchAttributeDatetime("CustomDatetimeField", "2026-03-01T12:00:00+01:00");
            persistence.setSearchAttributeKeywordArray("CustomKeywordArrayField", List.of("new", "house"));
            return StateDecision.gracefulCompleteWorkflow();
        }
    }

    /** Without the double: the SDK forgets key and type of an initial one. */
    private static final WorkflowOptions HOME = WorkflowOptions.basicBuilder()
            .putInitialDataAttribute("address", new Address("Elm Street", 12))
            .putInitialSearchAttribute("CustomKeywordField", "settled")
            .putInitialSearchAttribute("CustomStringField", "a quiet place")
            .putInitialSearchAttribute("CustomIntField", 12)
            .putInitialSearchAttribute("CustomBoolField", true)
            .putInitialSearchAttribute("CustomDatetimeField", "2026-01-02T03:04:05.678-05:00")
            .putInitialSearchAttribute("CustomKeywordArrayField", List.of("old", "house"))
            .build();

    private static final Client CLIENT = Engine.client(new Staying(), new Moving());

    @Test
    void attributesOfEveryTypeGoInAndComeOut() {
        final String id = Engine.newId("staying");
        CLIENT.startWorkflow(Staying.class, id, 60, null, HOME);
        assertEquals(Map.of("address", new Address("Elm Street", 12)), CLIENT.getAllDataAttributes(Staying.class, id));
        assertEquals(
                Map.of(
                        "CustomKeywordField", "settled",
                        "CustomStringField", "a quiet place",
                        "CustomIntField", 12L,
                        "CustomBoolField", true,
                        "CustomDatetimeField", "2026-01-02T08:04:05.678Z",
                        "CustomKeywordArrayField", List.of("old", "house")),
                CLIENT.getAllSearchAttributes(Staying.class, id));
        CLIENT.stopWorkflow(id);
    }

    @Test
    void statesChangeAttributes() {
        final String id = Engine.newId("moving");
        CLIENT.startWorkflow(Moving.class, id, 60, null, HOME);
        CLIENT.waitForWorkflowCompletion(id);
        assertEquals(
                Map.of("address", new Address("Elm Street", 13), "note-moved", "to 13"),
                CLIENT.getAllDataAttributes(Moving.class, id));
        assertEquals(
                Map.of(
                        "CustomKeywordField", "moved",
                        "CustomStringField", "the house next door",
                        "CustomIntField", 13L,
                        "CustomDoubleField", 2.5,
                        "CustomBoolField", false,
                        "CustomDatetimeField", "2026-03-01T11:00:00Z",
                        "CustomKeywordArrayField", List.of("new", "house")),
                CLIENT.getAllSearchAttributes(Moving.class, id));
    }

    @Test
    void attributesChangeFromOutside() {
        final String id = Engine.newId("changing");
        CLIENT.startWorkflow(Staying.class, id, 60, null, HOME);
        final Map<String, Object> notes = new HashMap<>(Map.of("note-a", "one", "note-b", "two"));
        CLIENT.setWorkflowDataAttributes(Staying.class, id, notes);
        assertEquals(Map.of("note-a", "one"),
                CLIENT.getWorkflowDataAttributes(Staying.class, id, List.of("note-a", "note-none")));
        CLIENT.setWorkflowSearchAttributes(Staying.class, id, List.of(new SearchAttribute()
                .key("CustomDoubleField")
                .valueType(SearchAttributeValueType.DOUBLE)
                .doubleValue(7.25)));
        assertEquals(Map.of("CustomDoubleField", 7.25),
                CLIENT.getWorkflowSearchAttributes(Staying.class, id, List.of("CustomDoubleField")));
        CLIENT.stopWorkflow(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "CustomKeywordField = 'settled'",
        "CustomStringField = 'quiet'",
        "CustomIntField > 11 AND CustomIntField < 13",
        "CustomBoolField = true",
        "CustomDatetimeField > '2026-01-02T00:00:00Z'",
        "CustomKeywordArrayField = 'old'",
        "IwfWorkflowType = 'Staying' AND ExecutionStatus = 'Running'",
    })
    void workflowsAreFoundByTheirAttributes(final String condition) {
        final String id = Engine.newId("found");
        CLIENT.startWorkflow(Staying.class, id, 60, null, HOME);
        Engine.eventually(() -> ids(CLIENT.searchWorkflow(condition + " AND WorkflowId = '" + id + "'", 10))
                .equals(List.of(id)));
        CLIENT.stopWorkflow(id);
    }

    @Test
    void aLongAnswerComesInPages() {
        final String prefix = Engine.newId("pages");
        for (int number = 0; number < 7; number++) {
            CLIENT.startWorkflow(Staying.class, prefix + "-" + number, 60);
        }
        final String query = "WorkflowId STARTS_WITH '" + prefix + "'";
        Engine.eventually(() -> ids(CLIENT.searchWorkflow(query, 100)).size() == 7);
        final List<String> found = new ArrayList<>();
        String token = "";
        do {
            final WorkflowSearchResponse page = CLIENT.searchWorkflow(
                    new WorkflowSearchRequest().query(query).pageSize(3).nextPageToken(token));
            found.addAll(ids(page));
            token = page.getNextPageToken();
        } while (token != null && !token.isEmpty());
        assertEquals(7, found.stream().distinct().count());
        assertEquals(7, found.size());
        found.forEach(CLIENT::stopWorkflow);
    }

    private static List<String> ids(final WorkflowSearchResponse page) {
        return page.getWorkflowExecutions() == null
                ? List.of()
                : page.getWorkflowExecutions().stream().map(WorkflowSearchResponseEntry::getWorkflowId).toList();
    }
}
