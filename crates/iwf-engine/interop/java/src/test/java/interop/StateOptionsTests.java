package interop;

import io.iworkflow.core.Client;
import io.iworkflow.core.Context;
import io.iworkflow.core.ObjectWorkflow;
import io.iworkflow.core.StateDecision;
import io.iworkflow.core.StateDef;
import io.iworkflow.core.WorkflowOptions;
import io.iworkflow.core.WorkflowState;
import io.iworkflow.core.WorkflowStateOptions;
import io.iworkflow.core.WorkflowUncompletedException;
import io.iworkflow.core.command.CommandRequest;
import io.iworkflow.core.command.CommandResults;
import io.iworkflow.core.communication.Communication;
import io.iworkflow.core.persistence.DataAttributeDef;
import io.iworkflow.core.persistence.Persistence;
import io.iworkflow.core.persistence.PersistenceFieldDef;
import io.iworkflow.gen.models.PersistenceLoadingPolicy;
import io.iworkflow.gen.models.PersistenceLoadingType;
import io.iworkflow.gen.models.RetryPolicy;
import io.iworkflow.gen.models.WorkflowErrorType;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** State options: retries, time-outs, going on after a failure, loading policies, locals, events. */
class StateOptionsTests {
    public static class Stumbling implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Stumbles()));
        }
    }

    /** Fails in both halves until the attempt that its input names. */
    public static class Stumbles implements WorkflowState<Integer> {
        @Override
        public Class<Integer> getInputType() {
            return Integer.class;
        }

        @Override
        public WorkflowStateOptions getStateOptions() {
            return new WorkflowStateOptions().setWaitUntilApiRetryPolicy(quick()).setExecuteApiRetryPolicy(quick());
        }

        private static RetryPolicy quick() {
            return new RetryPolicy().initialIntervalSeconds(1).backoffCoefficient(1f).maximumAttempts(3);
        }

        @Override
        public CommandRequest waitUntil(final Context context, final Integer good,
                                        final Persistence persistence, final Communication communication) {
            final int attempt = context.getAttempt().orElse(0);
            Engine.note(context.getWorkflowId(), "waitUntil " + attempt);
            persistence.setStateExecutionLocal("attempt", attempt);
            persistence.recordEvent("attempted", attempt, "times");
            if (attempt < good) {
                throw new IllegalStateException("stumbled");
            }
            return CommandRequest.empty;
        }

        @Override
        public StateDecision execute(final Context context, final Integer good, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            final int attempt = context.getAttempt().orElse(0);
            Engine.note(context.getWorkflowId(), "execute " + attempt);
            if (attempt < good) {
                throw new IllegalStateException("stumbled again");
            }
            return StateDecision.gracefulCompleteWorkflow(persistence.getStateExecutionLocal("attempt", Integer.class));
        }
    }

    public static class Hanging implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new Hangs()));
        }
    }

    public static class Hangs implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public WorkflowStateOptions getStateOptions() {
            return new WorkflowStateOptions()
                    .setExecuteApiTimeoutSeconds(1)
                    .setExecuteApiRetryPolicy(new RetryPolicy().maximumAttempts(1));
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            try {
                Thread.sleep(4000);
            } catch (final InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
            return StateDecision.gracefulCompleteWorkflow("too late");
        }
    }

    public static class Recovering implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new NeverWaits()), StateDef.nonStartingState(new Recovers()));
        }
    }

    public static class NeverWaits implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public WorkflowStateOptions getStateOptions() {
            final RetryPolicy once = new RetryPolicy().maximumAttempts(1);
            return new WorkflowStateOptions()
                    .setWaitUntilApiRetryPolicy(once)
                    .setProceedToExecuteWhenWaitUntilRetryExhausted(true)
                    .setExecuteApiRetryPolicy(once)
                    .setProceedToStateWhenExecuteRetryExhausted(Recovers.class);
        }

        @Override
        public CommandRequest waitUntil(final Context context, final String input,
                                        final Persistence persistence, final Communication communication) {
            throw new IllegalStateException("cannot wait");
        }

        @Override
        public StateDecision execute(final Context context, final String input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), "waitUntil succeeded: " + results.getWaitUntilApiSucceeded().orElseThrow());
            throw new IllegalStateException("cannot go on");
        }
    }

    public static class Recovers implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public StateDecision execute(final Context context, final String input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            return StateDecision.gracefulCompleteWorkflow("recovered " + input);
        }
    }

    public static class Loading implements ObjectWorkflow {
        @Override
        public List<StateDef> getWorkflowStates() {
            return List.of(StateDef.startingState(new LoadsAll()), StateDef.nonStartingState(new LoadsByHalf()));
        }

        @Override
        public List<PersistenceFieldDef> getPersistenceSchema() {
            return List.of(
                    DataAttributeDef.create(Integer.class, "a"),
                    DataAttributeDef.create(Integer.class, "b"),
                    DataAttributeDef.create(Integer.class, "c"));
        }

        static String seen(final Persistence persistence) {
            return Stream.of("a", "b", "c")
                    .filter(key -> persistence.getDataAttribute(key, Integer.class) != null)
                    .collect(Collectors.joining());
        }
    }

    public static class LoadsAll implements WorkflowState<Void> {
        @Override
        public Class<Void> getInputType() {
            return Void.class;
        }

        @Override
        public StateDecision execute(final Context context, final Void input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), Loading.seen(persistence));
            return StateDecision.singleNextState(LoadsByHalf.class, "again");
        }
    }

    /** Each half of the state has a policy of its own; the second visit has other options. */
    public static class LoadsByHalf implements WorkflowState<String> {
        @Override
        public Class<String> getInputType() {
            return String.class;
        }

        @Override
        public WorkflowStateOptions getStateOptions() {
            return new WorkflowStateOptions()
                    .setDataAttributesLoadingPolicy(policy(PersistenceLoadingType.NONE))
                    .setWaitUntilApiDataAttributesLoadingPolicy(
                            policy(PersistenceLoadingType.PARTIAL_WITHOUT_LOCKING).addPartialLoadingKeysItem("a"))
                    .setExecuteApiDataAttributesLoadingPolicy(
                            policy(PersistenceLoadingType.PARTIAL_WITH_EXCLUSIVE_LOCK)
                                    .addPartialLoadingKeysItem("b")
                                    .addLockingKeysItem("c"));
        }

        private static PersistenceLoadingPolicy policy(final PersistenceLoadingType type) {
            return new PersistenceLoadingPolicy().persistenceLoadingType(type);
        }

        @Override
        public CommandRequest waitUntil(final Context context, final String input,
                                        final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), Loading.seen(persistence));
            return CommandRequest.empty;
        }

        @Override
        public StateDecision execute(final Context context, final String input, final CommandResults results,
                                     final Persistence persistence, final Communication communication) {
            Engine.note(context.getWorkflowId(), Loading.seen(persistence));
            final WorkflowStateOptions nothing = new WorkflowStateOptions()
                    .setDataAttributesLoadingPolicy(policy(PersistenceLoadingType.NONE));
            return input.equals("again")
                    ? StateDecision.singleNextState(LoadsByHalf.class, "last", nothing)
                    : StateDecision.gracefulCompleteWorkflow();
        }
    }

    private static final Client CLIENT =
            Engine.client(new Stumbling(), new Hanging(), new Recovering(), new Loading());

    private static WorkflowUncompletedException failure(final String id) {
        return assertThrows(WorkflowUncompletedException.class, () -> CLIENT.waitForWorkflowCompletion(id));
    }

    @Test
    void failedCallsAreRepeatedByTheirPolicy() {
        final String id = Engine.newId("stumbling");
        CLIENT.startWorkflow(Stumbling.class, id, 60, 2);
        assertEquals(2, CLIENT.waitForWorkflowCompletion(Integer.class, id));
        assertEquals(List.of("waitUntil 1", "waitUntil 2", "execute 1", "execute 2"), Engine.journal(id));
    }

    @Test
    void aStateThatKeepsFailingFailsTheWorkflow() {
        final String id = Engine.newId("falling");
        CLIENT.startWorkflow(Stumbling.class, id, 60, 99);
        final WorkflowUncompletedException failed = failure(id);
        assertEquals(WorkflowErrorType.STATE_API_FAIL_ERROR_TYPE, failed.getErrorSubType());
        assertTrue(failed.getErrorMessage().contains("stumbled"), failed.getErrorMessage());
        assertEquals(3, Engine.journal(id).size());
    }

    @Test
    void anAttemptHasATimeLimit() {
        final String id = Engine.newId("hanging");
        CLIENT.startWorkflow(Hanging.class, id, 60);
        assertTrue(failure(id).getErrorMessage().contains("StartToClose"));
    }

    @Test
    void aWorkflowGoesOnAfterFailuresIfItsOptionsSaySo() {
        final String id = Engine.newId("recovering");
        CLIENT.startWorkflow(Recovering.class, id, 60, "order 7");
        assertEquals("recovered order 7", CLIENT.waitForWorkflowCompletion(String.class, id));
        assertEquals(List.of("waitUntil succeeded: false"), Engine.journal(id));
    }

    @Test
    void statesSeeWhatTheirLoadingPolicyNames() {
        final String id = Engine.newId("loading");
        CLIENT.startWorkflow(Loading.class, id, 60, null, WorkflowOptions.basicBuilder()
                .putInitialDataAttribute("a", 1)
                .putInitialDataAttribute("b", 2)
                .putInitialDataAttribute("c", 3)
                .build());
        CLIENT.waitForWorkflowCompletion(id);
        assertEquals("abc", Engine.journal(id).get(0));
        assertEquals(List.of("a", "bc"), Engine.journal(id).subList(1, 3));
    }
}
