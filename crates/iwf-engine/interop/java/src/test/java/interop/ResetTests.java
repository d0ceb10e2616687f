package interop;

import io.iworkflow.core.Client;
import io.iworkflow.core.Context;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.ResetWorkflowTypeAndOptions;
import io.iworkflow.core.StateDecision;
import io.iworkflow.core.StateDef;
import io.iworkflow.core.WorkflowOptions;
import io.iworkflow.core.WorkflowState;
import io.iworkflow.core.command.CommandRequest;
import io.iworkflow.core.command.CommandResults;
import io.iworkflow.core.communication.Communication;
import io.iworkflow.core.communication.CommunicationMethodDef;
import io.iworkflow.core.communication.SignalChannelDef;
import io.iworkflow.core.communication.SignalCommand;
import io.iworkflow.core.exceptions.LongPollTimeoutException;
import io.iworkflow.core.persistence.DataAttributeDef;
import io.iworkflow.core.persistence.Persistence;
import io.iworkflow.core.persistence.PersistenceFieldDef;
import io.iworkflow.gen.models.WorkflowResetType;
import io.iworkflow.gen.models.WorkflowStatus;
import org.junit.jupiter.api.Test;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Reset of every type, and waiting from outside for the completion of one state. */
class ResetTests {
    public static class Visits implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Prepare()), StateDef.nonStartingState(new Visit()));
        }

        @Override
        public List<PersistenceFieldDef> getPersistenceSchema() {
            return List.of(DataAttributeDef.create(Integer.class, "visits"));
        }

        @Override
        public List<CommunicationMethodDef> getCommunicationSchema() {
            return List.of(SignalChannelDef.create(String.class, "ring"));
        }
    }

    public static class Prepare implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), context.getStateExecutionId().orElse("none"));
            persistence.setDataAttribute("visits", 0);
            return StateDecision.singleNextState(Visit.class, null, "first visit");
        }
    }

    /** Twice: once for each of two signals. */
    public static class Visit implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Void input,
                                        final Persistence persistence, final Communication communication) {
            return CommandRequest.forAllCommandCompleted(SignalCommand.create("ring"));
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            final int visits = persistence.getDataAttribute("visits", Integer.class) + 1;
            final String ring = results.getSignalValueByIndex(0);
            Engine.note(context.getWorkflowId(), context.getStateExecutionId().orElse("none") + " " + ring);
            persistence.setDataAttribute("visits", visits);
            return visits < 2
                    ? StateDecision.singleNextState(Visit.class)
                    : StateDecision.gracefulCompleteWorkflow(visits);
        }
    }

    private static final Client CLIENT = Engine.client(new Visits());
    private static final List<String> ALL = List.of("Prepare-1", "Visit-1 one", "Visit-2 two");

    /** A workflow that has completed after two signals. */
    private static String visited() {
        final String id = Engine.newId("visits");
        CLIENT.startWorkflow(Visits.class, id, 60);
        CLIENT.signalWorkflow(Visits.class, id, "ring", "one");
        CLIENT.signalWorkflow(Visits.class, id, "ring", "two");
        assertEquals(2, CLIENT.waitForWorkflowCompletion(Integer.class, id));
        assertEquals(ALL, Engine.journal(id));
        Engine.journal(id).clear();
        return id;
    }

    private static List<String> repeatedAfter(final ResetWorkflowTypeAndOptions reset) {
        final String id = visited();
        assertNotEquals("", CLIENT.resetWorkflow(id, reset));
        assertEquals(2, CLIENT.waitForWorkflowCompletion(Integer.class, id));
        return Engine.journal(id);
    }

    @Test
    void toTheBeginning() {
        assertEquals(ALL, repeatedAfter(ResetWorkflowTypeAndOptions.resetToBeginning("again")));
    }

    @Test
    void toAState() {
        assertEquals(List.of("Visit-1 one", "Visit-2 two"),
                repeatedAfter(ResetWorkflowTypeAndOptions.resetToStateId("Visit", "again")));
    }

    @Test
    void toAStateExecution() {
        assertEquals(List.of("Visit-2 two"),
                repeatedAfter(ResetWorkflowTypeAndOptions.resetToStateExecutionId("Visit-2", "again")));
    }

    @Test
    void toATime() {
        final ResetWorkflowTypeAndOptions reset = ResetWorkflowTypeAndOptions.builder()
                .resetType(WorkflowResetType.HISTORY_EVENT_TIME)
                .historyEventTime(OffsetDateTime.now(ZoneOffset.ofHours(1)).minusMinutes(1).toString())
                .reason("again")
                .build();
        assertEquals(ALL, repeatedAfter(reset));
    }

    @Test
    void toAnEvent() {
        repeatedAfter(ResetWorkflowTypeAndOptions.resetToHistoryEventId(2, "again"));
    }

    @Test
    void withoutTheSignals() {
        final String id = visited();
        CLIENT.resetWorkflow(id, ResetWorkflowTypeAndOptions.builder()
                .resetType(WorkflowResetType.BEGINNING)
                .reason("again")
                .skipSignalReapply(true)
                .skipUpdateReapply(true)
                .build());
        assertEquals(WorkflowStatus.RUNNING, CLIENT.describeWorkflow(id).getWorkflowStatus());
        CLIENT.stopWorkflow(id);
    }

    @Test
    void toAStateThatNeverWas() {
        final String id = visited();
        // After ten attempts the SDK gives up with an exception of its HTTP library.
        final RuntimeException refused = assertThrows(RuntimeException.class,
                () -> CLIENT.resetWorkflow(id, ResetWorkflowTypeAndOptions.resetToStateId("Nowhere", "again")));
        assertTrue(refused.getMessage().contains("500"), refused.getMessage());
    }

    @Test
    void statesAreAwaitedByExecutionAndByKey() {
        final String id = Engine.newId("awaited");
        CLIENT.startWorkflow(Visits.class, id, 60, null, WorkflowOptions.extendedBuilder()
                .waitForCompletionStateWithNumber(Visit.class, 2)
                .waitForCompletionStates(Prepare.class, Visit.class)
                .getBuilder()
                .build());
        CLIENT.waitForStateExecutionCompletion(id, Prepare.class, 1);
        assertThrows(LongPollTimeoutException.class,
                () -> Engine.impatient(1).waitForStateExecutionCompletion(id, Visit.class, "first visit"));
        CLIENT.signalWorkflow(Visits.class, id, "ring", "one");
        CLIENT.waitForStateExecutionCompletion(id, Visit.class, "first visit");
        CLIENT.signalWorkflow(Visits.class, id, "ring", "two");
        CLIENT.waitForStateExecutionCompletion(id, Visit.class, 2);
        assertEquals(2, CLIENT.waitForWorkflowCompletion(Integer.class, id));
    }
}
